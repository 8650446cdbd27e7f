/** The gateway that routes of apps refer to. */
import {
  apiVersionOf,
  covers,
  GATEWAY_CLASS,
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
  /** The ports that users reach the gateway on. */
  port: number
  securePort: number
}

/** Names of the Gateway's listeners. */
export const HTTP_LISTENER = 'http'
export const HTTPS_LISTENER = 'https'
export type ListenerName = typeof HTTP_LISTENER | typeof HTTPS_LISTENER

/** Makes sure that the namespace, the GatewayClass and the Gateway exist with these ports. Idempotent. */
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
    metadata: { name: GATEWAY_CLASS },
    spec: { controllerName: GATEWAY_CONTROLLER },
  })
  await ensure(client, gateways, {
    apiVersion: apiVersionOf(gateways),
    kind: gateways.kind,
    metadata: { name: GATEWAY_NAME, namespace: GATEWAY_NAMESPACE },
    spec: {
      gatewayClassName: GATEWAY_CLASS,
      listeners: [
        { name: HTTP_LISTENER, port: options.port, protocol: 'HTTP', allowedRoutes: FROM_ALL },
        {
          name: HTTPS_LISTENER,
          port: options.securePort,
          protocol: 'HTTPS',
          allowedRoutes: FROM_ALL,
          // No certificate is named, and so something else must be (GatewayTLSConfig): who makes them.
          tls: { mode: 'Terminate', options: { 'naru.dev/certificates': 'own-authority' } },
        },
      ],
    },
  })
}

const FROM_ALL = { namespaces: { from: 'All' } }

async function ensure<T extends KubeObject>(client: Client, resource: Resource<T>, wished: T): Promise<void> {
  try {
    await client.create(resource, wished)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    const present = await client.get(resource, wished.metadata)
    if (!covers(present, wished)) await client.patch(resource, wished.metadata, wished)
  }
}
