/** The cluster's certificate authority: kept in a directory, made at the first start, and what it signs. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Clock } from '../../lib/index.ts'
import { CertificateError } from './errors.ts'
import { issueCertificate, type KeyPair, readPair, type StoredPair, writePair } from '../../certificates/index.ts'
import { signRequest } from './signing-request.ts'

const DAY_MS = 86_400_000
const AUTHORITY_LIFETIME_MS = 3650 * DAY_MS
const LEAF_LIFETIME_MS = 365 * DAY_MS
/** A certificate with less left than this is replaced. */
const RENEW_BEFORE_MS = 60 * DAY_MS

/** A server, and the names and addresses by which it is reached. */
export interface ServerSubject {
  commonName: string
  organizations?: readonly string[]
  hosts: readonly string[]
}

export interface CertificateAuthority {
  caPem: string
  /** The pair kept under `name`, made anew when it is missing, damaged, near its end, or for other hosts. */
  serverPair(name: string, server: ServerSubject): Promise<KeyPair>
  /** Like `serverPair`, for a client that keeps its certificate. */
  clientPair(name: string, subject: { user: string; groups: readonly string[] }): Promise<KeyPair>
  /** A new certificate that nobody keeps. */
  issueClient(subject: { user: string; groups: readonly string[] }): Promise<KeyPair>
  /** Signs a request (PEM) and returns the certificate (PEM). Throws an Error that says what is wrong with the request. */
  signRequest(pem: string, options: { usages: readonly string[]; lifetimeMs: number }): Promise<string>
}

/** Throws CertificateError when the authority's files are damaged, and system errors. */
export async function openCertificateAuthority(directory: string, clock: Clock): Promise<CertificateAuthority> {
  const authority = await openAuthority(directory, clock)
  const leaf = { nowMs: clock.now(), lifetimeMs: LEAF_LIFETIME_MS }
  const issue = (request: Parameters<typeof issueCertificate>[0]) =>
    issueCertificate({ ...request, nowMs: clock.now() }, authority)

  const kept = async (name: string, fits: (pair: StoredPair) => boolean, make: () => Promise<KeyPair>) => {
    const stored = await readPair(directory, name)
    if (
      typeof stored === 'object' &&
      'certificate' in stored &&
      isFresh(stored, clock.now()) &&
      signedBy(stored, authority) &&
      fits(stored)
    )
      return stored
    const pair = await make()
    await writePair(directory, name, pair)
    return pair
  }
  const issueClient = ({ user, groups }: { user: string; groups: readonly string[] }) =>
    issue({ ...leaf, commonName: user, organizations: groups, purpose: 'client' })

  return {
    caPem: authority.certPem,
    serverPair: (name, { hosts, ...subject }) => {
      const names = { dns: hosts.filter((host) => !isIP(host)), ip: hosts.filter((host) => isIP(host)) }
      return kept(
        name,
        ({ certificate }) => [...alternativeNames(certificate)].sort().join() === [...new Set(hosts)].sort().join(),
        () => issue({ ...leaf, ...subject, purpose: 'server', names }),
      )
    },
    clientPair: (name, subject) =>
      kept(
        name,
        ({ certificate }) => certificate.subject.split('\n').includes(`CN=${subject.user}`),
        () => issueClient(subject),
      ),
    issueClient,
    signRequest: (pem, options) => signRequest(pem, { ...options, nowMs: clock.now() }, authority),
  }
}

async function openAuthority(directory: string, clock: Clock): Promise<StoredPair> {
  const stored = await readPair(directory, 'ca')
  if (typeof stored === 'object' && 'certificate' in stored) {
    if (Date.parse(stored.certificate.validTo) > clock.now()) return stored
    throw new CertificateError(
      `${directory}/ca.crt expired on ${stored.certificate.validTo}; remove ca.crt and ca.key to make a new authority (kubeconfigs made before stop working)`,
    )
  }
  if (stored !== 'missing')
    throw new CertificateError(
      `the certificate authority in ${directory} is damaged: ${stored.damaged}; restore the files, or remove ca.crt and ca.key to make a new authority (kubeconfigs made before stop working)`,
    )
  const pair = await issueCertificate({
    commonName: 'naru-ca',
    purpose: 'authority',
    nowMs: clock.now(),
    lifetimeMs: AUTHORITY_LIFETIME_MS,
  })
  await writePair(directory, 'ca', pair)
  return { ...pair, certificate: new X509Certificate(pair.certPem) }
}

const isFresh = ({ certificate }: StoredPair, nowMs: number) =>
  Date.parse(certificate.validTo) - nowMs > RENEW_BEFORE_MS && Date.parse(certificate.validFrom) <= nowMs

const signedBy = ({ certificate }: StoredPair, authority: StoredPair) =>
  certificate.verify(authority.certificate.publicKey)

/** `DNS:localhost, IP Address:127.0.0.1` as a list of the bare names. */
function alternativeNames(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName ?? ''
  return text === '' ? [] : text.split(', ').map((name) => name.slice(name.indexOf(':') + 1))
}
