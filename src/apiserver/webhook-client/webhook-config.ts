/** Where a webhook is. The same shape in webhook configurations and in a CustomResourceDefinition's conversion.
 *  Source: admissionregistration.k8s.io/v1 and apiextensions.k8s.io/v1, WebhookClientConfig. */

export interface WebhookConfig {
  /** `https://host:port/path`; either this or `service`. */
  url?: string | undefined
  service?: WebhookService | undefined
  /** Base64 of the PEM certificates that the server's is checked against. Default: those this machine trusts. */
  caBundle?: string | undefined
}

export interface WebhookService {
  namespace: string
  name: string
  path?: string | undefined
  /** Default 443. */
  port?: number | undefined
}

export interface WebhookTarget {
  /** What is asked for, as errors show it. */
  url: URL
  /** The name that the server's certificate must be for. */
  serverName: string
}

const HTTPS_PORT = 443

/** Throws an Error for what names no target. */
export function webhookTarget({ url, service }: WebhookConfig): WebhookTarget {
  if (service !== undefined) {
    const serverName = `${service.name}.${service.namespace}.svc`
    const target = new URL(`https://${serverName}`)
    const [path = '', query = ''] = (service.path ?? '').split('?', 2)
    target.pathname = path
    target.search = query
    return { url: target, serverName }
  }
  if (!url) throw new Error('webhook configuration must have either service or URL')
  const target = URL.canParse(url) ? new URL(url) : undefined
  if (target?.protocol !== 'https:') throw new Error(`Unparsable URL: ${JSON.stringify(url)}`)
  return { url: target, serverName: target.hostname.replace(/^\[|\]$/g, '') }
}

export const servicePort = (service: WebhookService): number => service.port || HTTPS_PORT

/** `https://hook.ns.svc:443/path?timeout=10s`: Go prints a service's port even where it is the scheme's own. */
export function printedUrl({ url }: WebhookTarget, service: WebhookService | undefined): string {
  const host = service === undefined ? url.host : `${url.hostname}:${servicePort(service)}`
  return `https://${host}${url.pathname}${url.search}`
}
