/** How requests come to the releases of an App: a Service each, one for the app, and routes that split what comes. */
import { apiVersionOf, type App, gatewayApi, type k8s, type Release, resources, WEB_PROCESS } from '../../api/index.ts'
import { GATEWAY_NAME, GATEWAY_NAMESPACE } from '../gateway.ts'
import type { Share } from '../traffic/plan.ts'
import { type Owner, ownedMetadata, selectorOf } from './owned.ts'
import { PORT_NAME } from './pod-template.ts'

const SERVICE_PORT = 80

/** Of one release. */
export const releaseService = (release: Release): k8s.Service => service(release, release, release.metadata.name)

/** The app's own, for who calls it from within the cluster: leads to the release with the most traffic. */
export const appService = (app: App, primary: Release): k8s.Service => service(app, primary, app.metadata.name)

function service(owner: Owner, release: Release, name: string): k8s.Service {
  return {
    apiVersion: apiVersionOf(resources.services),
    kind: resources.services.kind,
    metadata: ownedMetadata(owner, name),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(release, WEB_PROCESS),
      ports: portsOf(release),
    },
  }
}

/** Port 80 is what the gateway leads to. */
function portsOf({ spec: { servicePorts = [] } }: Release): k8s.ServicePort[] {
  const others = servicePorts.map(({ name, port, targetPort = port, protocol = 'TCP' }) => ({
    name,
    port,
    protocol,
    targetPort,
  }))
  return [
    { name: PORT_NAME, port: SERVICE_PORT, protocol: 'TCP', targetPort: PORT_NAME },
    ...others.filter(({ port, protocol }) => port !== SERVICE_PORT || protocol !== 'TCP'),
  ]
}

/** Of all the app's hosts. */
export function appRoute(app: App, shares: readonly Share[], hostnames: readonly string[]): gatewayApi.HTTPRoute {
  const taking = shares.filter(({ percent }) => percent > 0)
  const isSplit = taking.length > 1
  const backendRefs = taking.map(({ release, percent }) => ({
    name: release.metadata.name,
    port: SERVICE_PORT,
    ...(isSplit && { weight: percent }),
  }))
  return route(app, app.metadata.name, { hostnames, backendRefs })
}

const tagRouteName = (app: App, tag: string): string => `${app.metadata.name}.${tag}`

/** Of the release with a tag, whatever its share. */
export const tagRoute = (app: App, { release, tag = '' }: Share, hostnames: readonly string[]): gatewayApi.HTTPRoute =>
  route(app, tagRouteName(app, tag), {
    hostnames,
    backendRefs: [{ name: release.metadata.name, port: SERVICE_PORT }],
  })

function route(
  app: App,
  name: string,
  { hostnames, backendRefs }: { hostnames: readonly string[]; backendRefs: gatewayApi.HTTPBackendRef[] },
): gatewayApi.HTTPRoute {
  const { httproutes, gateways } = gatewayApi
  return {
    apiVersion: apiVersionOf(httproutes),
    kind: httproutes.kind,
    metadata: ownedMetadata(app, name),
    spec: {
      parentRefs: [{ group: gateways.group, kind: gateways.kind, namespace: GATEWAY_NAMESPACE, name: GATEWAY_NAME }],
      hostnames: [...hostnames],
      rules: [{ backendRefs }],
    },
  }
}
