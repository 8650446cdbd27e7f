/** A pod's volumes as directories of this machine, and their mounts in a container. */
import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { type k8s, quantityValue } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { expand } from '../pod/expand.ts'
import type { Mount } from '../runtime/runtime.ts'
import { writeProjection } from './atomic-writer.ts'
import { type ProjectionContext, volumeFiles } from './projections.ts'

const run = promisify(execFile)
const failed = (message: string, cause?: unknown) => new KubeletError('FailedMount', message, { cause })

export interface VolumeOptions {
  /** The pod's own directory; volumes lie below it. */
  podDir: string
  context: ProjectionContext
  /** Whether file systems may be mounted (root): `medium: Memory` is a plain directory otherwise. */
  mayMount: boolean
}

/** Makes every volume of the pod ready, or up to date; the directory of each by name. Throws `FailedMount`. */
export async function prepareVolumes(options: VolumeOptions): Promise<Map<string, string>> {
  const { pod } = options.context
  const paths = new Map<string, string>()
  for (const volume of pod.spec.volumes ?? []) {
    try {
      paths.set(volume.name, await prepare(options, volume))
    } catch (error) {
      const reason = error instanceof KubeletError ? error.message : errorMessage(error)
      throw failed(`MountVolume.SetUp failed for volume "${volume.name}" : ${reason}`, error)
    }
  }
  return paths
}

async function prepare(options: VolumeOptions, volume: k8s.Volume): Promise<string> {
  const path = join(options.podDir, 'volumes', volume.name)
  const fsGroup = options.context.pod.spec.securityContext?.fsGroup
  const files = await volumeFiles(options.context, volume)
  if (files !== undefined) {
    await writeProjection(path, files, fsGroup)
    return path
  }
  if (volume.emptyDir) {
    await prepareEmptyDir(path, volume.emptyDir, options.mayMount)
    if (fsGroup !== undefined && options.mayMount) {
      await chown(path, 0, fsGroup)
      await chmod(path, 0o2777)
    }
    return path
  }
  if (volume.hostPath) return prepareHostPath(volume.hostPath)
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'
  throw failed(`volumes of type ${kind} are not supported on this node`)
}

async function prepareEmptyDir(path: string, source: k8s.EmptyDirVolumeSource, mayMount: boolean): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(path, 0o777)
  if (source.medium !== 'Memory' || !mayMount) return
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  if (mounts.split('\n').some((line) => line.split(' ')[4] === path)) return
  const size = source.sizeLimit === undefined ? '' : `,size=${quantityValue(source.sizeLimit)}`
  await run('mount', ['-t', 'tmpfs', '-o', `mode=0777${size}`, 'naru-emptydir', path])
}

/** The types of hostPath: what must be there, and what is made. */
async function prepareHostPath({ path, type = '' }: k8s.HostPathVolumeSource): Promise<string> {
  const present = await stat(path).catch(() => undefined)
  const require = (ok: boolean | undefined, what: string) => {
    if (!ok) throw failed(`hostPath type check failed: ${path} is not ${what}`)
  }
  if (type === 'DirectoryOrCreate' && present === undefined) await mkdir(path, { recursive: true, mode: 0o755 })
  else if (type === 'FileOrCreate' && present === undefined) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, '', { flag: 'a', mode: 0o644 })
  } else if (type.startsWith('Directory')) require(present?.isDirectory(), 'a directory')
  else if (type.startsWith('File')) require(present?.isFile(), 'a file')
  else if (type === 'Socket') require(present?.isSocket(), 'a socket file')
  else if (type === 'CharDevice') require(present?.isCharacterDevice(), 'a character device')
  else if (type === 'BlockDevice') require(present?.isBlockDevice(), 'a block device')
  return path
}

const PROPAGATION: Record<string, Mount['propagation']> = {
  None: 'private',
  HostToContainer: 'hostToContainer',
  Bidirectional: 'bidirectional',
}

/** The mounts of one container, with subPath made where it is missing. Throws `CreateContainerConfigError`. */
export async function containerMounts(
  container: k8s.Container,
  volumes: ReadonlyMap<string, string>,
  env: ReadonlyMap<string, string>,
): Promise<Mount[]> {
  const mounts: Mount[] = []
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.get(mount.name)
    if (volume === undefined)
      throw new KubeletError(
        'CreateContainerConfigError',
        `no volume "${mount.name}" for the mount at ${mount.mountPath}`,
      )
    const subPath = mount.subPathExpr === undefined ? (mount.subPath ?? '') : expand(mount.subPathExpr, env)
    if (subPath.startsWith('/') || subPath.split('/').includes('..'))
      throw new KubeletError('CreateContainerConfigError', `subPath ${JSON.stringify(subPath)} leaves its volume`)
    const hostPath = normalize(join(volume, subPath))
    if (subPath !== '' && (await stat(hostPath).catch(() => undefined)) === undefined)
      await mkdir(hostPath, { recursive: true, mode: 0o777 })
    mounts.push({
      containerPath: mount.mountPath,
      hostPath,
      readOnly: mount.readOnly ?? false,
      propagation: PROPAGATION[mount.mountPropagation ?? 'None'] ?? 'private',
    })
  }
  return mounts
}

/** Unmounts what is mounted below the pod's directory and removes it. Idempotent. */
export async function removeVolumes(podDir: string): Promise<void> {
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  const below = mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${podDir}/`))
  for (const path of below.toReversed()) await run('umount', ['--lazy', path]).catch(() => {})
  await rm(podDir, { recursive: true, force: true })
}
