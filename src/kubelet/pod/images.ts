/** Makes a container's image present, as its pull policy asks, with the kubelet's back-off and words. Source: Kubernetes
 *  v1.34, pkg/kubelet/images/image_manager.go. */
import type { k8s } from '../../api/index.ts'
import { type Clock, errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import type { ContainerRuntime, Image, RegistryCredentials } from '../runtime/runtime.ts'
import { type Backoff, goDuration } from './backoff.ts'

export interface ImageOptions {
  runtime: Pick<ContainerRuntime, 'imageStatus' | 'pullImage'>
  clock: Clock
  backoff: Backoff
  /** For the registry host an image names; undefined: none are known. */
  credentials: (registryHost: string) => Promise<RegistryCredentials | undefined>
  event: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  signal: AbortSignal
}

/** `registry.example:5000` of `registry.example:5000/a/b:1`; docker.io where none is named. */
export function registryHostOf(image: string): string {
  const first = image.split('/')[0] ?? ''
  return image.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io'
}

const REFERENCE =
  /^[a-z0-9]+(?:[._:-]+[a-zA-Z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?$/

function pullPolicy(container: k8s.Container): string {
  if (container.imagePullPolicy) return container.imagePullPolicy
  const image = container.image ?? ''
  const tag = /:([\w][\w.-]*)$/.exec(image.split('@')[0] ?? '')?.[1]
  return !image.includes('@') && (tag === undefined || tag === 'latest') ? 'Always' : 'IfNotPresent'
}

export const imageBackoffKey = (podUid: string, image: string): string => `${podUid}/image/${image}`

/** Throws KubeletError with reason InvalidImageName, ErrImageNeverPull, ErrImagePull or ImagePullBackOff. */
export async function ensureImage(container: k8s.Container, podUid: string, options: ImageOptions): Promise<Image> {
  const { runtime, clock, backoff, event } = options
  const image = container.image ?? ''
  if (!REFERENCE.test(image)) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
    event('Warning', 'InspectFailed', message)
    throw new KubeletError('InvalidImageName', message)
  }
  const policy = pullPolicy(container)
  const present = await runtime.imageStatus(image)
  if (present !== undefined && policy !== 'Always') {
    event('Normal', 'Pulled', `Container image "${image}" already present on machine`)
    return present
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`
    event('Warning', 'ErrImageNeverPull', message)
    throw new KubeletError('ErrImageNeverPull', message)
  }
  const key = imageBackoffKey(podUid, image)
  const nowMs = clock.now()
  if (backoff.waiting(key, backoff.lastUpdate(key) ?? 0, nowMs) !== undefined) {
    event('Normal', 'BackOff', `Back-off pulling image "${image}"`)
    const before = backoff.note(key)
    throw new KubeletError('ImagePullBackOff', `Back-off pulling image "${image}"${before && `: ${before}`}`)
  }
  event('Normal', 'Pulling', `Pulling image "${image}"`)
  try {
    const credentials = await options.credentials(registryHostOf(image))
    await runtime.pullImage(image, { signal: options.signal, ...(credentials && { credentials }) })
    const pulled = await runtime.imageStatus(image)
    if (pulled === undefined) throw new Error(`image "${image}" was pulled and is not there`)
    const took = goDuration(clock.now() - nowMs)
    const words = `in ${took} (${took} including waiting). Image size: ${pulled.sizeBytes} bytes.`
    event('Normal', 'Pulled', `Successfully pulled image "${image}" ${words}`)
    return pulled
  } catch (error) {
    if (options.signal.aborted) throw error
    backoff.next(key, clock.now())
    const message = errorMessage(error)
    backoff.takeNote(key, `ErrImagePull: ${message}`)
    event('Warning', 'Failed', `Failed to pull image "${image}": ${message}`)
    throw new KubeletError('ErrImagePull', message, { cause: error })
  }
}
