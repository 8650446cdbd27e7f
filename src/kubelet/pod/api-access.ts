/** The volume with which every pod may reach the API (`kube-api-access-…`), and nodes that cannot give it.
 *  Source: k8s.io/kubernetes v1.34, plugin/pkg/admission/serviceaccount. */
import type { k8s } from '../../api/index.ts'

const VOLUME_PREFIX = 'kube-api-access-'
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The pod without what was put in for it: programs on the host itself have no path of their own to find it at, and no
 *  Service address to use it with. Volumes that the user asked for stay. */
export function withoutApiAccess<T extends k8s.Pod>(pod: T): T {
  const { volumes, containers, initContainers } = pod.spec
  const given = new Set((volumes ?? []).filter(isApiAccess).map(({ name }) => name))
  if (given.size === 0) return pod
  const strip = (container: k8s.Container): k8s.Container => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).filter(
      ({ name, mountPath }) => !(given.has(name) && mountPath === MOUNT_PATH),
    ),
  })
  const left = (volumes ?? []).filter(({ name }) => !given.has(name))
  return {
    ...pod,
    spec: {
      ...pod.spec,
      volumes: left,
      containers: containers.map(strip),
      ...(initContainers && { initContainers: initContainers.map(strip) }),
    },
  }
}

const isApiAccess = ({ name, projected }: k8s.Volume) => name.startsWith(VOLUME_PREFIX) && projected !== undefined
