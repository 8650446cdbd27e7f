/** The volume through which a pod reaches the API: a token of its own, the cluster's authority, its namespace.
 *  Source: kubernetes v1.34, plugin/pkg/admission/serviceaccount (TokenVolumeSource). */
import type { k8s } from '../../../../api/index.ts'

const PREFIX = 'kube-api-access-'
const PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
/** An hour and a bit, by which the server knows tokens that nobody asked for by their lifetime. */
const EXPIRATION_SECONDS = 3607

/** Mounts the volume in all containers that have nothing of their own at its path. The pod is not validated yet. */
export function mountToken(spec: Partial<k8s.PodSpec>, generateName: (prefix: string) => string): void {
  const present = spec.volumes?.find(({ name }) => name.startsWith(PREFIX))?.name
  const name = present ?? generateName(PREFIX)
  const without = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter(
    ({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === PATH),
  )
  for (const container of without)
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: PATH }]
  if (present === undefined && without.length > 0) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}

const tokenVolume = (name: string): k8s.Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: EXPIRATION_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
})
