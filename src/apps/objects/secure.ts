/** HTTPS of an App: the Gateway that shows its certificates, and who comes by HTTP. Pure. */
import { apiVersionOf, type App, gatewayApi } from '../../api/index.ts'
import { ownedMetadata } from './owned.ts'

/** The hosts of the app that a certificate was given for, with the Secret it is in. */
function givenFor({ spec }: App, hosts: readonly string[]): { host: string; secretName: string }[] {
  const certificates = spec.tls?.certificates ?? []
  return hosts.flatMap((host) => {
    const given = certificates.find((certificate) => certificate.hosts.some((each) => each.toLowerCase() === host))
    return given === undefined ? [] : [{ host, secretName: given.secretName }]
  })
}

/** In the app's own namespace, where its Secrets are: none of it needs to be let in anywhere else. Undefined where no
 *  certificate was given. */
export function certificateGateway(
  app: App,
  { hosts, className, port }: { hosts: readonly string[]; className: string; port: number },
): gatewayApi.Gateway | undefined {
  const given = givenFor(app, hosts)
  if (given.length === 0) return undefined
  const { gateways } = gatewayApi
  return {
    apiVersion: apiVersionOf(gateways),
    kind: gateways.kind,
    metadata: ownedMetadata(app, app.metadata.name),
    spec: {
      gatewayClassName: className,
      listeners: given.map(({ host, secretName }) => ({
        name: host,
        hostname: host,
        port,
        protocol: 'HTTPS',
        allowedRoutes: { namespaces: { from: 'Same' } },
        tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: secretName }] },
      })),
    },
  }
}

export const hasCertificate = (app: App, hosts: readonly string[]): boolean => givenFor(app, hosts).length > 0

/** For now, not for good: browsers would hold on to it for names of this machine that other apps get one day. */
export function toHttps(port: number): gatewayApi.HTTPRouteRule {
  const requestRedirect = { scheme: 'https', port, statusCode: 302 }
  return { name: 'to-https', filters: [{ type: 'RequestRedirect', requestRedirect }], backendRefs: [] }
}
