/** Reads and signs certificate signing requests (PKCS #10, RFC 2986).
 *  Source of what is signed: k8s.io/kubernetes v1.34, pkg/controller/certificates/authority. */
import { randomBytes } from 'node:crypto'
import type * as X509 from '@peculiar/x509'
import {
  ALGORITHM,
  importKey,
  type KeyPair,
  loadX509Library,
  pemBlocks,
  toPem,
  type X509Library,
} from '../../certificates/index.ts'
import { extendedUsages, keyUsageFlags } from './usages.ts'

/** Clocks differ; a certificate is valid a little before it was made. */
const BACKDATE_MS = 5 * 60_000
/** Of shorter lives, what is put before the start is not taken from the end. */
const SHORT_MS = 8 * 3_600_000

const VOUCHED = new Set(['dns', 'ip', 'email', 'url'])

/** What a request asks to be vouched for. */
export interface RequestedSubject {
  commonName: string
  organizations: readonly string[]
  dnsNames: readonly string[]
  ipAddresses: readonly string[]
  emailAddresses: readonly string[]
  uris: readonly string[]
}

export interface SigningOptions {
  /** As in `spec.usages` of a CertificateSigningRequest. */
  usages: readonly string[]
  lifetimeMs: number
  nowMs: number
}

/** Throws an Error saying why the text is no request, or one that its key did not sign. */
export async function readSigningRequest(pem: string): Promise<RequestedSubject> {
  const library = await loadX509Library()
  const request = await verified(library, pem)
  const names = alternativeNames(library, request)
  const of = (type: string) => names.flatMap((name) => (name.type === type ? [name.value] : []))
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: of('dns'),
    ipAddresses: of('ip'),
    emailAddresses: of('email'),
    uris: of('url'),
  }
}

/** The certificate as PEM. Of the request only the subject, the names and the key are taken over. */
export async function signRequest(pem: string, options: SigningOptions, authority: KeyPair): Promise<string> {
  const library = await loadX509Library()
  const request = await verified(library, pem)
  const issuer = new library.X509Certificate(authority.certPem)
  const names = alternativeNames(library, request)
  const certificate = await library.X509CertificateGenerator.create({
    serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
    subject: request.subjectName,
    issuer: issuer.subjectName,
    ...validity(options, issuer.notAfter.getTime()),
    publicKey: request.publicKey,
    signingKey: await importKey(authority.keyPem),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new library.BasicConstraintsExtension(false, undefined, true),
      ...usageExtensions(library, options.usages),
      await library.AuthorityKeyIdentifierExtension.create(issuer),
      ...(names.length > 0 ? [new library.SubjectAlternativeNameExtension(names)] : []),
    ],
  })
  return toPem('CERTIFICATE', new Uint8Array(certificate.rawData))
}

async function verified(library: X509Library, pem: string): Promise<X509.Pkcs10CertificateRequest> {
  const block = pemBlocks(pem)[0]
  if (block?.label !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST')
  const request = new library.Pkcs10CertificateRequest(new Uint8Array(block.der))
  if (!(await request.verify())) throw new Error('the signature of the request is not that of its key')
  return request
}

/** Names of other kinds (directories, registered ids) are not vouched for. */
function alternativeNames(library: X509Library, request: X509.Pkcs10CertificateRequest): X509.JsonGeneralNames {
  const extension = request.extensions.find(({ type }) => type === '2.5.29.17')
  if (extension === undefined) return []
  const names = new library.SubjectAlternativeNameExtension(extension.rawData).names.toJSON()
  return names.filter(({ type }) => VOUCHED.has(type))
}

function validity({ nowMs, lifetimeMs }: SigningOptions, issuerEndMs: number): { notBefore: Date; notAfter: Date } {
  if (nowMs >= issuerEndMs) throw new Error("the cluster's authority has expired")
  const endMs = nowMs + (lifetimeMs < SHORT_MS ? lifetimeMs : lifetimeMs - BACKDATE_MS)
  return { notBefore: new Date(nowMs - BACKDATE_MS), notAfter: new Date(Math.min(endMs, issuerEndMs)) }
}

function usageExtensions(library: X509Library, usages: readonly string[]): X509.Extension[] {
  const flags = keyUsageFlags(usages)
  const extended = extendedUsages(usages)
  return [
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a set of flags is no member of them
    ...(flags === 0 ? [] : [new library.KeyUsagesExtension(flags, true)]),
    ...(extended.length === 0 ? [] : [new library.ExtendedKeyUsageExtension(extended)]),
  ]
}
