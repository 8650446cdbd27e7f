/** Certificates that an app was given: a Secret for each host, which goes with the app, and the App's word of it. */
import { APP_LABEL, type App, type AppTls, apiVersionOf, apps, isApiError, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { GivenCertificate } from './read-certificate.ts'

export const certificateSecretName = (app: App, host: string): string => `${app.metadata.name}.tls.${host}`

/** Put in the place of one that is there: the gateway shows the new one from then on. */
export async function writeCertificate(
  client: Client,
  app: App,
  { host, certificate, signal }: { host: string; certificate: GivenCertificate; signal: AbortSignal },
): Promise<void> {
  const { name, namespace, uid = '' } = app.metadata
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: certificateSecretName(app, host),
      namespace,
      labels: { [APP_LABEL]: name, 'app.kubernetes.io/managed-by': 'naru' },
      ownerReferences: [{ apiVersion: apiVersionOf(apps), kind: apps.kind, name, uid }],
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(certificate.certPem), 'tls.key': base64(certificate.keyPem) },
  }
  try {
    await client.create(resources.secrets, secret, { signal })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    await client.patch(resources.secrets, secret.metadata, secret, { signal })
  }
}

export async function removeCertificate(client: Client, app: App, host: string, signal: AbortSignal): Promise<void> {
  const { namespace } = app.metadata
  await client
    .delete(resources.secrets, { namespace, name: certificateSecretName(app, host) }, { signal })
    .catch((error: unknown) => {
      if (!isApiError(error, 'NotFound')) throw error
    })
}

export const hasCertificateFor = ({ spec }: App, host: string): boolean =>
  spec.tls?.certificates?.some(({ hosts }) => hosts.some((each) => each.toLowerCase() === host)) === true

/** The App's word of HTTPS with a Secret for the host, or, without a Secret's name, with none. Whole, as what a patch
 *  leaves out stays. */
export function withCertificate({ spec: { tls = {} } }: App, host: string, secretName: string | undefined): AppTls {
  const others = (tls.certificates ?? [])
    .map((each) => ({ ...each, hosts: each.hosts.filter((name) => name.toLowerCase() !== host) }))
    .filter(({ hosts }) => hosts.length > 0)
  const own = secretName === undefined ? [] : [{ hosts: [host], secretName }]
  return { redirect: tls.redirect ?? false, certificates: [...others, ...own] }
}
