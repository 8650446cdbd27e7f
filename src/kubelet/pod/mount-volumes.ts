/** A pod's volumes, with tokens of its own ServiceAccount. */
import { join } from 'node:path'
import { type k8s, resources } from '../../api/index.ts'
import { prepareVolumes } from '../volumes/volumes.ts'
import type { PodContext } from './context.ts'
import { podIdentity } from './names.ts'
import type { PodSnapshot } from './snapshot.ts'
import { configSource } from './start-container.ts'

/** The pod's volumes, brought up to date: name → directory on this machine. Throws KubeletError. */
export function mountVolumes(context: PodContext, pod: k8s.Pod, snapshot: PodSnapshot): Promise<Map<string, string>> {
  const namespace = pod.metadata.namespace ?? 'default'
  return prepareVolumes({
    podDir: join(context.podsDir, podIdentity(pod).uid),
    mayMount: context.runtime.isolated,
    context: {
      pod,
      config: configSource(context, pod),
      node: context.node,
      podIPs: pod.spec.hostNetwork ? [context.node.hostIP] : snapshot.ips,
      async token({ audience, expirationSeconds }) {
        const { status } = await context.client.subresource<k8s.TokenRequest>(
          resources.serviceaccounts,
          { namespace, name: pod.spec.serviceAccountName ?? 'default' },
          'token',
          {
            body: {
              apiVersion: 'authentication.k8s.io/v1',
              kind: 'TokenRequest',
              spec: {
                audiences: audience === undefined ? [] : [audience],
                expirationSeconds: expirationSeconds ?? 3600,
                boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
              },
            },
          },
        )
        return status?.token ?? ''
      },
    },
  })
}
