/** The Service and the HTTPRoute of an App. */
import { APP_LABEL, apiVersionOf, type App, gatewayApi, type k8s, resources } from '../api/index.ts'
import { ownedMetadata, PORT_NAME } from './desired-deployment.ts'
import { GATEWAY_NAME, GATEWAY_NAMESPACE } from './gateway.ts'

const SERVICE_PORT = 80

export function desiredService(app: App): k8s.Service {
  return {
    apiVersion: apiVersionOf(resources.services),
    kind: resources.services.kind,
    metadata: ownedMetadata(app),
    spec: {
      type: 'ClusterIP',
      selector: { [APP_LABEL]: app.metadata.name },
      ports: [{ name: PORT_NAME, port: SERVICE_PORT, protocol: 'TCP', targetPort: PORT_NAME }],
    },
  }
}

export function desiredRoute(app: App, hostnames: readonly string[]): gatewayApi.HTTPRoute {
  const { httproutes, gateways } = gatewayApi
  return {
    apiVersion: apiVersionOf(httproutes),
    kind: httproutes.kind,
    metadata: ownedMetadata(app),
    spec: {
      parentRefs: [{ group: gateways.group, kind: gateways.kind, namespace: GATEWAY_NAMESPACE, name: GATEWAY_NAME }],
      hostnames: [...hostnames],
      rules: [{ backendRefs: [{ name: app.metadata.name, port: SERVICE_PORT }] }],
    },
  }
}
