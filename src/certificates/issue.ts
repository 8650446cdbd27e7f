/** Makes certificates: an authority, and what it signs. */
import { randomBytes, webcrypto } from 'node:crypto'
import { nameConstraints, NAME_CONSTRAINTS_OID, type PermittedNames } from './name-constraints.ts'
import { loadX509Library, type X509Library } from './x509-library.ts'

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** Clocks differ; a certificate is valid a little before it was made. */
const BACKDATE_MS = 3_600_000

export interface KeyPair {
  certPem: string
  keyPem: string
}

export interface CertificateRequest {
  /** Common name: of the authority, the server, or the user. */
  commonName: string
  /** For a client, its groups. */
  organizations?: readonly string[]
  purpose: 'authority' | 'server' | 'client'
  /** DNS names and addresses of a server. */
  names?: { dns: readonly string[]; ip: readonly string[] }
  /** Of an authority: all that it can vouch for, which are servers with these names. Left out: anybody. */
  permitted?: PermittedNames
  nowMs: number
  lifetimeMs: number
}

/** Signs with `authority`; without one the certificate signs itself. */
export async function issueCertificate(request: CertificateRequest, authority?: KeyPair): Promise<KeyPair> {
  const x509 = await loadX509Library()
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const issuer = authority && new x509.X509Certificate(authority.certPem)
  const certificate = await x509.X509CertificateGenerator.create({
    // Positive and at most 20 bytes, as RFC 5280 asks.
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    subject: subjectOf(request),
    issuer: issuer ? issuer.subjectName : subjectOf(request),
    notBefore: new Date(request.nowMs - BACKDATE_MS),
    notAfter: new Date(request.nowMs + request.lifetimeMs),
    publicKey: keys.publicKey,
    signingKey: authority ? await importKey(authority.keyPem) : keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      ...extensionsOf(x509, request),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer)] : []),
    ],
  })
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) }
}

function subjectOf({ commonName, organizations = [] }: CertificateRequest) {
  return [...organizations.map((organization) => ({ O: [organization] })), { CN: [commonName] }]
}

function extensionsOf(x509: X509Library, { purpose, names, permitted }: CertificateRequest) {
  const { KeyUsageFlags, ExtendedKeyUsage } = x509
  if (purpose === 'authority')
    return [
      new x509.BasicConstraintsExtension(true, permitted && 0, true),
      ...(permitted
        ? [
            new x509.Extension(NAME_CONSTRAINTS_OID, true, nameConstraints(permitted)),
            new x509.ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          ]
        : []),
      new x509.KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
        true,
      ),
    ]
  const usage = purpose === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth
  const alternatives = [
    ...(names?.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(names?.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
  ]
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([usage]),
    ...(alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
  ]
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.replaceAll(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
}

export function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign'])
}
