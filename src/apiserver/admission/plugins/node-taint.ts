/** TaintNodesByCondition: a new node takes no pods before it is known to be ready; the node lifecycle controller takes
 *  the taint away. Source: kubernetes v1.34, plugin/pkg/admission/nodetaint. */
import { type k8s, resources } from '../../../api/index.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { isOf } from './forbidden.ts'

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: ({ operation, resource, subresource }) =>
    operation === 'CREATE' && subresource === '' && isOf(resource, resources.nodes),
  mutate({ object }) {
    const node = object as unknown as k8s.Node
    const taints = node.spec?.taints ?? []
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] }
  },
}
