/** The objects every cluster has from its first moment. Running it again only mends what differs. */
import { apiVersionOf, type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { createObject } from '../registry/create.ts'
import { objectKey } from '../registry/object-key.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend } from '../server/context.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
const KUBERNETES = { namespace: 'default', name: 'kubernetes' }
const HTTPS_PORT = 443

/** Where the API server is, behind the Service `kubernetes`. */
export interface AdvertisedEndpoint {
  /** An address that pods can reach; undefined when there is none. */
  address: string | undefined
  port: number
}

export async function bootstrapNamespaces(backend: Backend): Promise<void> {
  await Promise.all(NAMESPACES.map((name) => ensure(backend, resources.namespaces, { metadata: { name } })))
}

/** For what must run before everything else. Source: kubernetes v1.34, pkg/apis/scheduling/v1 (SystemPriorityClasses). */
const PRIORITY_CLASSES = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
]

export async function bootstrapPriorityClasses(backend: Backend): Promise<void> {
  await Promise.all(
    PRIORITY_CLASSES.map(({ name, value, description }) =>
      ensure(backend, resources.priorityclasses, { metadata: { name }, value, description }),
    ),
  )
}

/** The range that Services get their addresses from, as an object. Source: kubernetes v1.34,
 *  pkg/controlplane/controller/defaultservicecidr. */
export async function bootstrapServiceCidr(backend: Backend): Promise<void> {
  const metadata = { name: 'kubernetes' }
  const resource = resources.servicecidrs
  await ensure(backend, resource, { metadata, spec: { cidrs: [backend.services.cidr] } })
  const change = (current: AnyObject) => {
    const { conditions } = (current.status ?? {}) as k8s.ServiceCIDRStatus
    if (!conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))
      current.status = {
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: '',
            message: 'Kubernetes default Service CIDR is ready',
            lastTransitionTime: toKubernetesTime(backend.clock.now()),
          },
        ],
      }
    delete current.metadata.resourceVersion
    return current
  }
  await updateObject(backend, resource, metadata, change, { part: 'status', context: serverContext() })
}

/** The Service `default/kubernetes` and what it leads to. Its target port is set anew at each start. */
export async function bootstrapKubernetesService(
  backend: Backend,
  endpoint: AdvertisedEndpoint | undefined,
): Promise<void> {
  const metadata = { ...KUBERNETES, labels: { component: 'apiserver', provider: 'kubernetes' } }
  const address = backend.services.kubernetesAddress
  const port = { name: 'https', protocol: 'TCP', port: HTTPS_PORT, targetPort: endpoint?.port ?? HTTPS_PORT }
  const spec = { type: 'ClusterIP', clusterIP: address, clusterIPs: [address], ports: [port] }
  await ensure(backend, resources.services, { metadata, spec }, (service) => {
    service.spec = { ...(service.spec as object), ports: [port] }
  })
  if (endpoint?.address === undefined) return
  const target = { name: 'https', protocol: 'TCP', port: endpoint.port }
  const endpoints = [{ addresses: [endpoint.address], conditions: { ready: true } }]
  await ensure(
    backend,
    resources.endpointslices,
    {
      metadata: { ...KUBERNETES, labels: { 'kubernetes.io/service-name': KUBERNETES.name } },
      addressType: 'IPv4',
      endpoints,
      ports: [target],
    },
    (slice) => Object.assign(slice, { endpoints, ports: [target] }),
  )
  const subsets = [{ addresses: [{ ip: endpoint.address }], ports: [target] }]
  const mirrored = { 'endpointslice.kubernetes.io/skip-mirror': 'true' }
  await ensure(backend, resources.endpoints, { metadata: { ...KUBERNETES, labels: mirrored }, subsets }, (current) =>
    Object.assign(current, { subsets }),
  )
}

/** Creates the object, or lets `mend` change the one that is there. */
async function ensure(
  backend: Backend,
  resource: Resource,
  object: KubeObject & Record<string, unknown>,
  mend?: (current: AnyObject) => void,
): Promise<void> {
  const { metadata } = object
  if ((await backend.store.get(objectKey(resource, metadata))) === undefined) {
    const whole = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }
    await createObject(backend, resource, whole, {
      namespace: metadata.namespace,
      context: serverContext(),
    })
    return
  }
  if (mend === undefined) return
  const change = (current: AnyObject) => {
    mend(current)
    delete current.metadata.resourceVersion
    return current
  }
  await updateObject(backend, resource, metadata, change, { part: 'spec', context: serverContext() })
}
