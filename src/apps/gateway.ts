/** The gateway that routes of apps refer to. */
import {
  apiVersionOf,
  covers,
  gatewayApi,
  isApiError,
  type KubeObject,
  type Resource,
  resources,
} from '../api/index.ts'
import type { Client } from '../client/index.ts'

export const GATEWAY_NAME = 'naru'
export const GATEWAY_NAMESPACE = 'naru-system'
export const GATEWAY_CONTROLLER = 'naru.dev/gateway'

export interface GatewayOptions {
  scheme: 'http' | 'https'
  /** The port that users reach the gateway on. */
  port: number
}

/** Makes sure that the namespace, the GatewayClass and the Gateway exist with this port. Idempotent. */
export async function ensureGateway(client: Client, options: GatewayOptions): Promise<void> {
  const { gatewayclasses, gateways } = gatewayApi
  await ensure(client, resources.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: GATEWAY_NAMESPACE },
    spec: {},
  })
  await ensure(client, gatewayclasses, {
    apiVersion: apiVersionOf(gatewayclasses),
    kind: gatewayclasses.kind,
    metadata: { name: GATEWAY_NAME },
    spec: { controllerName: GATEWAY_CONTROLLER },
  })
  await ensure(client, gateways, {
    apiVersion: apiVersionOf(gateways),
    kind: gateways.kind,
    metadata: { name: GATEWAY_NAME, namespace: GATEWAY_NAMESPACE },
    spec: {
      gatewayClassName: GATEWAY_NAME,
      listeners: [
        {
          name: options.scheme,
          port: options.port,
          protocol: options.scheme.toUpperCase(),
          allowedRoutes: { namespaces: { from: 'All' } },
        },
      ],
    },
  })
}

async function ensure<T extends KubeObject>(client: Client, resource: Resource<T>, wished: T): Promise<void> {
  try {
    await client.create(resource, wished)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    const present = await client.get(resource, wished.metadata)
    if (!covers(present, wished)) await client.patch(resource, wished.metadata, wished)
  }
}
