/** The credentials with which a pod's images are pulled: the engine's own for its registry, and those of the pod's
 *  imagePullSecrets. Source: Kubernetes v1.34, pkg/credentialprovider (keyring.go, config.go, secrets). */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { RegistryCredentials } from '../runtime/runtime.ts'
import type { PodContext } from './context.ts'

interface Entry {
  /** `registry.example:5000/team`; parts of the host may be `*`. */
  of: string
  credentials: RegistryCredentials
}

/** Undefined: pulled without. The most specific entry wins. A secret that is not there, or cannot be read, is passed over
 *  with an event. */
export async function pullCredentials(
  context: PodContext,
  pod: k8s.Pod,
  container: k8s.Container,
  registryHost: string,
): Promise<RegistryCredentials | undefined> {
  const entries: Entry[] = []
  const missing: string[] = []
  for (const { name } of pod.spec.imagePullSecrets ?? []) {
    const secret = name ? await secretOf(context, pod, name) : undefined
    if (secret === undefined) missing.push(name ?? '')
    else entries.push(...entriesOf(secret))
  }
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`
    context.event({ pod, type: 'Warning', reason: 'FailedToRetrieveImagePullSecret', message })
  }
  const image = container.image ?? ''
  const named = registryHost === 'docker.io' && !image.startsWith('docker.io/') ? `docker.io/${image}` : image
  const fitting = entries.filter(({ of }) => covers(of, named)).toSorted((a, b) => (a.of < b.of ? 1 : -1))
  return fitting[0]?.credentials ?? (await context.credentials(registryHost))
}

async function secretOf({ client }: PodContext, pod: k8s.Pod, name: string): Promise<k8s.Secret | undefined> {
  try {
    return await client.get(resources.secrets, { namespace: pod.metadata.namespace ?? 'default', name })
  } catch (error) {
    if (isApiError(error, 'NotFound', 'Forbidden')) return undefined
    throw error
  }
}

interface DockerAuth {
  username?: string
  password?: string
  /** base64 of `username:password`. */
  auth?: string
}

/** Of `kubernetes.io/dockerconfigjson` and the older `kubernetes.io/dockercfg`; none of what does not parse. */
export function entriesOf({ type, data }: k8s.Secret): Entry[] {
  const decode = (text: string) => Buffer.from(text, 'base64').toString('utf8')
  try {
    const table =
      type === 'kubernetes.io/dockerconfigjson'
        ? (JSON.parse(decode(data?.['.dockerconfigjson'] ?? '')) as { auths?: Record<string, DockerAuth> }).auths
        : type === 'kubernetes.io/dockercfg'
          ? (JSON.parse(decode(data?.['.dockercfg'] ?? '')) as Record<string, DockerAuth>)
          : {}
    return Object.entries(table ?? {}).flatMap(([server, { auth, username = '', password = '' }]) => {
      const of = server
        .replace(/^https?:\/\//, '')
        .replace(/\/v[12]\/?$/, '')
        .replace(/\/$/, '')
      if (auth === undefined) return [{ of, credentials: { username, password } }]
      const [name, ...rest] = decode(auth).split(':')
      return [{ of, credentials: { username: name ?? '', password: rest.join(':') } }]
    })
  } catch {
    return []
  }
}

/** Whether an entry is for an image. docker.io has old names. */
export function covers(entry: string, image: string): boolean {
  const [host = '', ...path] = entry.split('/')
  const [imageHost = '', ...imagePath] = image.split('/')
  const known = host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host
  const [parts, imageParts] = [known.split('.'), imageHost.split('.')]
  const sameHost =
    parts.length === imageParts.length &&
    parts.every((part, index) =>
      new RegExp(`^${part.replace(/[\\^$+?()[\]{}|]/g, String.raw`\$&`).replaceAll('*', '.*')}$`).test(
        imageParts[index] ?? '',
      ),
    )
  return sameHost && imagePath.join('/').startsWith(path.join('/'))
}
