/** `proxy` of pods, services and nodes: an HTTP request to what listens there, with the API's identity and rights.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/{pod,service,node} (ResourceLocation). */
import { type ApiResponse, apiError, type k8s, type KubeObject, notFound } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { admitConnect } from '../admission/admit-connect.ts'
import { objectKey } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { findService } from '../webhook-client/index.ts'
import type { Destination } from './forward.ts'
import { isProxyable, parseProxyName, pathBehindProxy, type ProxyName } from './proxy-target.ts'

type Address = Pick<Destination, 'host' | 'port'>

const KINDS: Readonly<Record<string, string>> = {
  pods: 'PodProxyOptions',
  services: 'ServiceProxyOptions',
  nodes: 'NodeProxyOptions',
}

export async function proxyTo(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const { info, resource } = request
  const path = pathBehindProxy(info.path)
  await admitConnect(backend, request, { kind: KINDS[resource.plural], apiVersion: 'v1', path })
  // Pages there link to what is beside them, so that a folder has to look like one.
  const isRead = request.request.method === 'GET' || request.request.method === 'HEAD'
  if (path === '' && isRead) return { status: 301, headers: { location: `${info.path}/${queryOf(request)}` }, body: '' }
  const target = `${path === '' ? '/' : path}${queryOf(request)}`
  if (resource.plural === 'nodes') {
    const kubelet = await backend.kubelet(await kubeletNode(backend, request))
    return kubelet({ ...request.request, method: request.request.method, signal: request.request.signal, url: target })
  }
  const name = parseProxyName(request.name)
  if (name === undefined)
    throw apiError('BadRequest', `invalid ${resource.singular} request ${JSON.stringify(request.name)}`)
  const address = await (resource.plural === 'pods' ? podAddress : serviceAddress)(backend, request, name)
  const { forward } = await import('./forward.ts')
  const prefix = info.path.slice(0, info.path.length - path.length)
  return forward(request.request, { ...address, scheme: name.scheme, path: target, prefix })
}

const queryOf = ({ request }: ResourceRequest): string => /\?.*$/.exec(request.url)?.[0] ?? ''

async function stored<T extends KubeObject>(backend: Backend, request: ResourceRequest, name: string): Promise<T> {
  const { resource, namespace } = request
  const entry = await backend.store.get(objectKey(resource, { namespace, name }))
  if (entry === undefined) throw notFound(resource, name)
  return decodeEntry(entry) as unknown as T
}

/** `node` or `node:port`, the port being the kubelet's. */
async function kubeletNode(backend: Backend, request: ResourceRequest): Promise<string> {
  const named = parseProxyName(request.name)
  if (named === undefined) throw apiError('BadRequest', `invalid node request ${JSON.stringify(request.name)}`)
  const { status } = await stored<k8s.Node>(backend, request, named.name)
  const port = status?.daemonEndpoints?.kubeletEndpoint?.Port
  if (named.port !== '' && port !== undefined && Number(named.port) !== port)
    throw apiError('ServiceUnavailable', `error trying to reach service: only port ${port} of a node is reached so`)
  return named.name
}

async function podAddress(backend: Backend, request: ResourceRequest, { name, port }: ProxyName): Promise<Address> {
  const pod = await stored<k8s.Pod>(backend, request, name)
  const first = pod.spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort
  const number = port === '' ? (first ?? 80) : Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw apiError('BadRequest', `invalid pod request ${JSON.stringify(request.name)}`)
  const host = pod.status?.podIP ?? ''
  if (!isProxyable(host)) throw apiError('BadRequest', 'address not allowed')
  return { host, port: number }
}

async function serviceAddress(backend: Backend, request: ResourceRequest, { name, port }: ProxyName): Promise<Address> {
  const { spec } = await stored<k8s.Service>(backend, request, name)
  const meant = spec?.ports?.find((one) => (/^\d+$/.test(port) ? one.port === Number(port) : (one.name ?? '') === port))
  if (meant === undefined)
    throw apiError(
      'ServiceUnavailable',
      `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`,
    )
  const namespace = request.namespace ?? ''
  const address = await findService(backend, { namespace, name }, meant.port).catch((error: unknown) => {
    throw apiError('ServiceUnavailable', errorMessage(error), { cause: error })
  })
  if (address.host === spec?.clusterIP)
    throw apiError('ServiceUnavailable', `no endpoints available for service ${JSON.stringify(name)}`)
  if (!isProxyable(address.host)) throw apiError('BadRequest', 'address not allowed')
  return address
}
