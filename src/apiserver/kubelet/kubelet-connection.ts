/** Reaches the kubelet of a node over HTTPS: its address and port are in the node's status, its certificate is the
 *  cluster authority's, and so is ours. Source: "Communication between Nodes and the Control Plane", Kubernetes v1.34. */
import { request as httpsRequest } from 'node:https'
import { type ApiResponse, apiError, type Exchange, type k8s, notFound, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { Store } from '../../store/index.ts'
import type { KeyPair } from '../../certificates/index.ts'
import { objectKey } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'

const DEFAULT_PORT = 10_250

export interface KubeletConnectionOptions {
  store: Store
  caPem: string
  /** Called for each connection, so that the certificate is made when it is first needed. */
  clientPair: () => Promise<KeyPair>
}

/** The returned function throws ApiError `NotFound` (no such node), `InternalError` (not reachable). */
export function connectKubelets(options: KubeletConnectionOptions): (nodeName: string) => Promise<Exchange> {
  return async (nodeName) => {
    const entry = await options.store.get(objectKey(resources.nodes, { name: nodeName }))
    if (entry === undefined) throw notFound(resources.nodes, nodeName)
    const { status } = decodeEntry(entry) as unknown as k8s.Node
    const host = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    if (host === undefined)
      throw apiError(
        'InternalError',
        `Internal error occurred: node "${nodeName}" has no InternalIP address in its status`,
      )
    const port = status?.daemonEndpoints?.kubeletEndpoint?.Port || DEFAULT_PORT
    return overHttps({ host, port, nodeName, caPem: options.caPem, pair: await options.clientPair() })
  }
}

interface Endpoint {
  host: string
  port: number
  nodeName: string
  caPem: string
  pair: KeyPair
}

function overHttps({ host, port, nodeName, caPem, pair }: Endpoint): Exchange {
  return (call) =>
    new Promise<ApiResponse>((resolve, reject) => {
      const outgoing = httpsRequest({
        host,
        port,
        path: call.url,
        method: call.method,
        ca: caPem,
        cert: pair.certPem,
        key: pair.keyPem,
        signal: call.signal,
        agent: false,
      })
      outgoing.once('error', (error) =>
        reject(
          apiError(
            'InternalError',
            `Internal error occurred: the kubelet of node "${nodeName}" at ${host}:${port} does not answer: ${errorMessage(error)}`,
            { cause: error },
          ),
        ),
      )
      outgoing.once('response', (incoming) => {
        const type = incoming.headers['content-type'] ?? 'text/plain'
        resolve({ status: incoming.statusCode ?? 500, headers: { 'content-type': type }, body: incoming })
      })
      outgoing.end(call.body)
    })
}
