/** Small kinds of the core group. */
import type { EndpointPort, LimitRangeItem, Namespace, NodeSpec, NodeStatus, Secret } from '../generated/types.ts'
import { type DefaultFunctions, orElse } from './default-function.ts'

export const coreDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.Secret': defaultSecret,
  'io.k8s.api.core.v1.Namespace': (namespace: Namespace) => {
    orElse((namespace.status ??= {}), 'phase', 'Active')
    const { metadata } = namespace
    if (metadata?.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name }
  },
  'io.k8s.api.core.v1.NodeSpec': defaultBlocks,
  'io.k8s.api.core.v1.NodeStatus': (status: NodeStatus) => {
    if (status.capacity !== undefined) status.allocatable ??= { ...status.capacity }
  },
  'io.k8s.api.core.v1.EndpointPort': (port: EndpointPort) => orElse(port, 'protocol', 'TCP'),
  'io.k8s.api.core.v1.LimitRangeItem': defaultLimits,
}

/** One block is said in a field of its own too, which older clients know, and which wins. */
function defaultBlocks(spec: NodeSpec): void {
  const { podCIDR, podCIDRs } = spec
  if (podCIDR && podCIDRs?.[0] !== podCIDR) spec.podCIDRs = [podCIDR]
  else if (podCIDRs?.[0] !== undefined) spec.podCIDR = podCIDRs[0]
}

/** `stringData` is for writing only: it ends up in `data`, and wins over it. */
function defaultSecret(secret: Secret): void {
  orElse(secret, 'type', 'Opaque')
  if (secret.stringData === undefined) return
  const encoded = Object.entries(secret.stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  secret.data = { ...secret.data, ...Object.fromEntries(encoded) }
  delete secret.stringData
}

/** Limits of containers follow from each other: the maximum is the default, the default is the default request. */
function defaultLimits(item: LimitRangeItem): void {
  if (item.type !== 'Container') return
  item.default = { ...item.max, ...item.default }
  item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest }
}
