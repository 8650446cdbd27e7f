/** The `kube-dns` Service that pods' resolv.conf points at, and the endpoint behind it: our DNS server. */
import { isDeepStrictEqual } from 'node:util'
import { isApiError, type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { SERVICE_NAME_LABEL } from '../proxy/service-map.ts'

export interface ClusterDnsOptions {
  /** Default 10.96.0.10. */
  clusterIP?: string
  /** Where the DNS server listens: the bridge's address. */
  address: string
  /** Default 53. */
  port?: number
  nodeName?: string
}

const NAMESPACE = 'kube-system'
const NAME = 'kube-dns'

/** Idempotent; mends what was changed. The namespace must exist. Throws ApiError (`Invalid` when the ClusterIP is
 *  taken by another Service). */
export async function ensureClusterDns(client: Client, options: ClusterDnsOptions): Promise<void> {
  const { address, port = 53, clusterIP = '10.96.0.10', nodeName } = options
  const labels = { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS', 'kubernetes.io/cluster-service': 'true' }
  await ensure(client, resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: NAMESPACE, labels },
    // No selector: the endpoint is a process of the node, not a pod.
    spec: {
      type: 'ClusterIP',
      clusterIP,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: port },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: port },
      ],
    },
  })
  const slice: k8s.EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${NAME}-node`,
      namespace: NAMESPACE,
      labels: { [SERVICE_NAME_LABEL]: NAME, 'endpointslice.kubernetes.io/managed-by': 'network.naru.dev' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true }, ...(nodeName && { nodeName }) }],
    ports: [
      { name: 'dns', port, protocol: 'UDP' },
      { name: 'dns-tcp', port, protocol: 'TCP' },
    ],
  }
  await ensure(client, resources.endpointslices, slice)
}

/** Creates the object, or merges it into the present one if that lacks any of it. Looks first: creating a Service whose
 *  ClusterIP is taken is `Invalid` even when it is the Service itself that holds it. */
async function ensure<T extends KubeObject>(client: Client, resource: Resource<T>, wanted: T): Promise<void> {
  const ref = { namespace: wanted.metadata.namespace, name: wanted.metadata.name }
  const present = await client.get(resource, ref).catch((error: unknown) => {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  })
  if (present === undefined) await client.create(resource, wanted)
  else if (!includes(present, wanted)) await client.patch(resource, ref, wanted)
}

/** Whether every field of `part` has the same value in `whole`, which may have more (defaults). */
function includes(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(whole) && whole.length === part.length && part.every((item, at) => includes(whole[at], item))
  if (typeof part !== 'object' || part === null) return isDeepStrictEqual(whole, part)
  if (typeof whole !== 'object' || whole === null) return false
  return Object.entries(part).every(([key, value]) => includes((whole as Record<string, unknown>)[key], value))
}
