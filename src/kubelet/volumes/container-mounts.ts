/** The mounts of one container. Source: kubernetes v1.34, pkg/kubelet/kubelet_pods.go (makeMounts). */
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { KubeletError } from '../errors.ts'
import { expand } from '../pod/expand.ts'
import type { Mount } from '../runtime/runtime.ts'
import { prepareSubPath } from './sub-path.ts'

const PROPAGATION: Record<string, Mount['propagation']> = {
  None: 'private',
  HostToContainer: 'hostToContainer',
  Bidirectional: 'bidirectional',
}

export interface ContainerMountsInput {
  pod: k8s.Pod
  container: k8s.Container
  /** Volume name → directory on this machine. */
  volumes: ReadonlyMap<string, string>
  env: ReadonlyMap<string, string>
  /** The pod's own directory. */
  podDir: string
  mayMount: boolean
  /** Whether the runtime can make what is mounted below a read-only mount read-only too. */
  recursively: () => Promise<boolean>
}

const refuse = (message: string, cause?: unknown) => new KubeletError('CreateContainerConfigError', message, { cause })

/** Parts of volumes are made where they are missing. Throws KubeletError `CreateContainerConfigError`. */
export async function containerMounts(input: ContainerMountsInput): Promise<Mount[]> {
  const { pod, container, volumes } = input
  if ((container.volumeDevices ?? []).length > 0) throw refuse('block volumes are not supported on this node')
  const mounts: Mount[] = []
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const volume = volumes.get(mount.name)
    if (volume === undefined)
      throw refuse(
        `cannot find volume ${JSON.stringify(mount.name)} to mount into container ${JSON.stringify(container.name)}`,
      )
    const subPath = subPathOf(mount, input.env)
    mounts.push({
      containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : `/${mount.mountPath}`,
      hostPath: subPath === '' ? volume : await partOf(input, { mount, index, volume, subPath }),
      readOnly: mount.readOnly === true || isReadOnly(pod, mount.name),
      ...((await isRecursive(mount, input.recursively)) && { recursiveReadOnly: true }),
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'private',
    })
  }
  return mounts
}

/** What is asked for without condition is never less than that: the container does not start then. Source:
 *  pkg/kubelet/kubelet_pods.go (resolveRecursiveReadOnly). */
async function isRecursive(mount: k8s.VolumeMount, recursively: () => Promise<boolean>): Promise<boolean> {
  const { name, readOnly, recursiveReadOnly: mode = 'Disabled' } = mount
  if (readOnly !== true || mode === 'Disabled') return false
  const isSupported = await recursively()
  if (!isSupported && mode === 'Enabled')
    throw refuse(
      `volume ${JSON.stringify(name)} requested recursive read-only mode, but it is not supported by the runtime`,
    )
  return isSupported
}

function subPathOf(mount: k8s.VolumeMount, env: ReadonlyMap<string, string>): string {
  const subPath = mount.subPathExpr ? expandAll(mount.subPathExpr, env) : (mount.subPath ?? '')
  if (subPath.startsWith('/')) throw refuse(`error SubPath \`${subPath}\` must not be an absolute path`)
  if (subPath.split('/').includes('..'))
    throw refuse(`unable to provision SubPath \`${subPath}\`: must not contain '..'`)
  return subPath
}

/** A path with a name missing would be another one. */
function expandAll(text: string, env: ReadonlyMap<string, string>): string {
  const known = new Map([...env].filter(([, value]) => value !== ''))
  const missing = new Set<string>()
  for (const [whole, name] of text.matchAll(/\$(?:\$|\(([^)]*)\))/g))
    if (whole !== '$$' && name !== undefined && !known.has(name)) missing.add(name)
  if (missing.size > 0) throw refuse(`missing value for ${[...missing].toSorted().join(', ')}`)
  return expand(text, known)
}

async function partOf(
  { container, podDir, mayMount }: ContainerMountsInput,
  { mount, index, volume, subPath }: { mount: k8s.VolumeMount; index: number; volume: string; subPath: string },
): Promise<string> {
  const target = join(podDir, 'volume-subpaths', mount.name, container.name, String(index))
  try {
    return await prepareSubPath({ volume, subPath, target, mayMount })
  } catch (cause) {
    // What went wrong says something about the machine: it is no business of whoever wrote the pod.
    const [name, owner] = [mount.name, container.name].map((text) => JSON.stringify(text))
    throw refuse(`failed to prepare subPath for volumeMount ${name} of container ${owner}`, cause)
  }
}

/** What the kubelet writes, and what was asked for as read-only, no container writes. */
function isReadOnly({ spec }: k8s.Pod, name: string): boolean {
  const volume = spec.volumes?.find((one) => one.name === name)
  if (volume === undefined) return false
  const { configMap, secret, downwardAPI, projected, persistentVolumeClaim } = volume
  return (configMap ?? secret ?? downwardAPI ?? projected) !== undefined || persistentVolumeClaim?.readOnly === true
}
