/** What `exec`, `attach` and `portforward` of a pod are asked for, as the API's options object and as the kubelet's path.
 *  Pure. Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod/strategy.go (streamLocation, streamParams). */
import { apiError, type k8s } from '../../api/index.ts'
import { isTrue } from '../routing/request-info.ts'

export const STREAM_KINDS = {
  exec: 'PodExecOptions',
  attach: 'PodAttachOptions',
  portforward: 'PodPortForwardOptions',
} as const
export type StreamSubresource = keyof typeof STREAM_KINDS

export interface StreamOptions {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
  /** Empty: the pod's only container. */
  container: string
  command: readonly string[]
  ports: readonly number[]
}

/** Throws ApiError `BadRequest`. */
export function parseStreamOptions(subresource: StreamSubresource, query: URLSearchParams): StreamOptions {
  const ports = query
    .getAll('ports')
    .flatMap((text) => text.split(','))
    .map(Number)
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535))
    throw apiError('BadRequest', `ports: ${JSON.stringify(query.getAll('ports'))} are not port numbers`)
  const options = {
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    stderr: isTrue(query.get('stderr')),
    tty: isTrue(query.get('tty')),
    container: query.get('container') ?? '',
    command: query.getAll('command'),
    ports,
  }
  if (subresource !== 'portforward' && !options.stdin && !options.stdout && !options.stderr)
    throw apiError('BadRequest', 'you must specify at least 1 of stdin, stdout, stderr')
  // A terminal has one output.
  return options.tty ? { ...options, stderr: false } : options
}

/** The object that admission sees. */
export function optionsObject(subresource: StreamSubresource, options: StreamOptions): Record<string, unknown> {
  const type = { kind: STREAM_KINDS[subresource], apiVersion: 'v1' }
  const { command, ports, ...streams } = options
  if (subresource === 'portforward') return { ...type, ports }
  return { ...type, ...streams, ...(subresource === 'exec' && { command }) }
}

/** The pod's container that is meant: the one that is named, or its only one. Throws ApiError `BadRequest`. */
export function chooseContainer({ spec, metadata }: k8s.Pod, asked: string): string {
  const names = (containers: { name: string }[] | undefined) => (containers ?? []).map(({ name }) => name)
  const [own, init, ephemeral] = [
    names(spec?.containers),
    names(spec?.initContainers),
    names(spec?.ephemeralContainers),
  ]
  if (asked !== '') {
    if ([...own, ...init, ...ephemeral].includes(asked)) return asked
    throw apiError('BadRequest', `container ${asked} is not valid for pod ${metadata.name}`)
  }
  const [only, ...others] = own
  if (only !== undefined && others.length === 0) return only
  const initNote = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''
  throw apiError(
    'BadRequest',
    `a container name must be specified for pod ${metadata.name}, choose one of: [${own.join(' ')}]${initNote}`,
  )
}

/** The kubelet's path for it. Source: pkg/kubelet/server/server.go, getExec, getAttach, getPortForward. */
export function kubeletPath(subresource: StreamSubresource, pod: k8s.Pod, options: StreamOptions): string {
  const { name, namespace = '' } = pod.metadata
  const query = new URLSearchParams()
  if (subresource === 'portforward') {
    for (const port of options.ports) query.append('port', String(port))
    return `/${['portForward', namespace, name].map(encodeURIComponent).join('/')}?${query.toString()}`
  }
  const container = chooseContainer(pod, options.container)
  const flags = { input: options.stdin, output: options.stdout, error: options.stderr, tty: options.tty }
  for (const [flag, set] of Object.entries(flags)) if (set) query.set(flag, '1')
  if (subresource === 'exec') for (const word of options.command) query.append('command', word)
  return `/${[subresource, namespace, name, container].map(encodeURIComponent).join('/')}?${query.toString()}`
}
