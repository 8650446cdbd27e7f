/** A pod's volumes, with tokens of its own ServiceAccount. */
import { join } from 'node:path'
import { type k8s, resources } from '../../api/index.ts'
import { prepareVolumes } from '../volumes/volumes.ts'
import type { PodContext } from './context.ts'
import { podIdentity } from './names.ts'
import type { PodSnapshot } from './snapshot.ts'
import { configSource } from './config-source.ts'

/** The pod's volumes, brought up to date: name → directory on this machine. Throws KubeletError. */
export function mountVolumes(context: PodContext, pod: k8s.Pod, snapshot: PodSnapshot): Promise<Map<string, string>> {
  return prepareVolumes({
    podDir: join(context.podsDir, podIdentity(pod).uid),
    mayMount: context.runtime.isolated,
    context: {
      pod,
      config: context.configOf(pod, configSource(context, pod)),
      node: context.node,
      podIPs: pod.spec.hostNetwork ? [context.node.hostIP] : snapshot.ips,
      token: (wish) => context.tokens.tokenFor(pod, wish),
    },
    claims: {
      claim: (name) =>
        context.client.get(resources.persistentvolumeclaims, { namespace: pod.metadata.namespace, name }),
      volume: (name) => context.client.get(resources.persistentvolumes, { name }),
    },
    onStale: (message) => context.event({ pod, type: 'Warning', reason: 'FailedMount', message }),
  })
}
