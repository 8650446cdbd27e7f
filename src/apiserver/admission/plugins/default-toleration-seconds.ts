/** DefaultTolerationSeconds: a pod waits five minutes for a node that is away, unless it says otherwise.
 *  Source: kubernetes v1.34, plugin/pkg/admission/defaulttolerationseconds. */
import { type k8s, resources } from '../../../api/index.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { isOf } from './forbidden.ts'

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const SECONDS = 300

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: ({ operation, resource, subresource }) =>
    (operation === 'CREATE' || operation === 'UPDATE') && subresource === '' && isOf(resource, resources.pods),
  mutate({ object }) {
    const { spec } = object as unknown as k8s.Pod
    const own = spec.tolerations ?? []
    const missing = TAINTS.filter(
      (taint) => !own.some(({ key, effect }) => (key === taint || !key) && (!effect || effect === 'NoExecute')),
    )
    if (missing.length === 0) return
    const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }))
    spec.tolerations = [...own, ...added]
  },
}
