/** `exec`, `attach` and `portforward` of a pod: admission, then the kubelet opens the stream, then the connection is
 *  handed between client and container runtime. Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod/rest/subresources.go. */
import { type ApiResponse, apiError, type k8s, notFound } from '../../api/index.ts'
import { admitConnect } from '../admission/admit-connect.ts'
import { objectKey } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { relay, relayWebSocket } from './relay.ts'
import { SPDY } from './runtime-stream.ts'
import {
  kubeletPath,
  optionsObject,
  parseStreamOptions,
  type StreamOptions,
  type StreamSubresource,
} from './stream-options.ts'
import { offeredProtocols, type Upgrade, type UpgradeResponse, wantsUpgrade } from './upgrade.ts'

export const streamPod =
  (subresource: StreamSubresource) =>
  async (backend: Backend, request: ResourceRequest): Promise<UpgradeResponse> => {
    const options = parseStreamOptions(subresource, request.info.query)
    const entry = await backend.store.get(objectKey(request.resource, request))
    if (entry === undefined) throw notFound(request.resource, request.name)
    const pod = decodeEntry(entry) as unknown as k8s.Pod
    await admitConnect(backend, request, optionsObject(subresource, options))
    const node = pod.spec?.nodeName
    if (!node) throw apiError('BadRequest', `pod ${request.name} does not have a host assigned`)
    const path = kubeletPath(subresource, pod, options)
    if (!wantsUpgrade(request.request)) throw apiError('BadRequest', 'Upgrade request required')

    const life = backend.streams.open(request.request.signal)
    try {
      const kubelet = await backend.kubelet(node)
      const response = await kubelet({ method: 'POST', url: path, headers: {}, body: '', signal: life.signal })
      const upgrade = await protocolOf(request, { url: streamUrl(response), options, signal: life.signal })
      return {
        status: 101,
        headers: {},
        body: '',
        async upgrade(connection) {
          using _life = life
          await upgrade(connection)
        },
      }
    } catch (error) {
      life[Symbol.dispose]()
      throw error
    }
  }

/** Where the kubelet says that the runtime has opened the stream. */
function streamUrl({ status, headers, body }: ApiResponse): string {
  if (status === 302 && headers.location !== undefined) return headers.location
  const text = typeof body === 'string' ? body.trim() : ''
  if (status === 400) throw apiError('BadRequest', text)
  if (status === 404) throw apiError('NotFound', text)
  throw apiError('InternalError', `Internal error occurred: ${text || `the kubelet answered ${status}`}`)
}

/** Without the word on how it ends (`v4`), or none at all: a plain WebSocket. Source: k8s.io/kubelet v0.34,
 *  pkg/cri/streaming (remotecommand/websocket.go, portforward/websocket.go). */
const RUNTIME_PROTOCOLS = {
  command: ['', 'channel.k8s.io', 'base64.channel.k8s.io', 'v4.base64.channel.k8s.io'],
  portforward: ['', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io'],
}

/** How the stream is spoken with this client. The programs are loaded when they are first needed: most servers never
 *  hear of WebSockets. */
async function protocolOf(
  { request, subresource }: ResourceRequest,
  { url, options, signal }: { url: string; options: StreamOptions; signal: AbortSignal },
): Promise<Upgrade> {
  const wanted = request.headers.upgrade ?? ''
  if (wanted.toUpperCase() === SPDY) return (connection) => relay(url, connection, signal)
  if (wanted.toLowerCase() !== 'websocket')
    throw apiError('BadRequest', `unable to upgrade: unknown protocol ${wanted}`)
  const offered = offeredProtocols(request)
  if (subresource === 'portforward') {
    const { TUNNEL_PROTOCOL, tunnelWebSocket } = await import('./web-socket-tunnel.ts')
    if (offered.includes(TUNNEL_PROTOCOL)) return (connection) => tunnelWebSocket(url, connection, signal)
  } else {
    const { COMMAND_PROTOCOLS, runOverWebSocket } = await import('./web-socket-command.ts')
    if (COMMAND_PROTOCOLS.some((known) => offered.includes(known)))
      return (connection) => runOverWebSocket(url, connection, { options, signal })
  }
  const ofRuntime = RUNTIME_PROTOCOLS[subresource === 'portforward' ? 'portforward' : 'command']
  if (ofRuntime.some((known) => offered.includes(known))) return (connection) => relayWebSocket(url, connection, signal)
  throw apiError('BadRequest', `unable to upgrade: none of the WebSocket protocols ${JSON.stringify(offered)} is known`)
}
