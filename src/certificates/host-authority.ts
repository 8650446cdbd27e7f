/** The authority of the certificates that the gateway shows for hosts of this machine. It is one of its own, and not the
 *  cluster's: people put it into their system's store, where it must be good for nothing else. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { Clock } from '../lib/index.ts'
import { issueCertificate, type KeyPair } from './issue.ts'
import { readPair, type StoredPair, writePair } from './pair-files.ts'

const DAY_MS = 86_400_000
const AUTHORITY_LIFETIME_MS = 3650 * DAY_MS
/** Apple's systems take at most 825 days of authorities that users added, others 398. */
const FALLBACK_LIFETIME_MS = 390 * DAY_MS
const HOST_LIFETIME_MS = 30 * DAY_MS
/** What has less left is made anew. */
const RENEW_BEFORE_MS = 60 * DAY_MS

/** Names that mean this machine or nothing at all, wherever they are asked for. Sources: RFC 6761, sections 6.2, 6.3. */
const DOMAINS = ['localhost', 'test']
const LOOPBACK = ['127.0.0.0/8', '::1/128']

/** The authority's files in its directory: `ca.crt`, `ca.key`. */
export const HOST_AUTHORITY_NAME = 'ca'
/** What clients are shown that ask for no host. */
const FALLBACK_NAME = 'localhost'

export interface HostAuthority {
  authority: KeyPair
  /** For clients that name no host. */
  fallback: KeyPair
}

/** Makes what is missing, damaged or near its end. Throws system errors. */
export async function openHostAuthority(directory: string, clock: Clock): Promise<HostAuthority> {
  const nowMs = clock.now()
  const present = await readPair(directory, HOST_AUTHORITY_NAME)
  const authority = isUsable(present, nowMs) ? present : await makeAuthority(directory, nowMs)
  const stored = await readPair(directory, FALLBACK_NAME)
  if (isUsable(stored, nowMs) && stored.certificate.verify(new X509Certificate(authority.certPem).publicKey))
    return { authority: pairOf(authority), fallback: pairOf(stored) }
  const fallback = await issueFor(['localhost', '127.0.0.1', '::1'], {
    authority,
    nowMs,
    lifetimeMs: FALLBACK_LIFETIME_MS,
  })
  await writePair(directory, FALLBACK_NAME, fallback)
  return { authority: pairOf(authority), fallback }
}

/** Whether the authority can vouch for a host: clients refuse what it would say of others. */
export const isHostOfAuthority = (host: string): boolean =>
  DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))

/** Valid for 30 days; nobody keeps it. */
export const issueHostCertificate = (authority: KeyPair, host: string, nowMs: number): Promise<KeyPair> =>
  issueFor([host], { authority, nowMs, lifetimeMs: HOST_LIFETIME_MS })

function issueFor(
  hosts: readonly string[],
  { authority, ...validity }: { authority: KeyPair; nowMs: number; lifetimeMs: number },
): Promise<KeyPair> {
  const names = { dns: hosts.filter((host) => !isIP(host)), ip: hosts.filter((host) => isIP(host)) }
  // A common name has at most 64 characters; only the alternative names count (RFC 9525).
  const commonName = (hosts[0] ?? '').slice(0, 64)
  return issueCertificate({ ...validity, commonName, purpose: 'server', names }, authority)
}

async function makeAuthority(directory: string, nowMs: number): Promise<KeyPair> {
  const pair = await issueCertificate({
    // What lists of a system's authorities show.
    commonName: `Naru apps on ${hostname()}`.slice(0, 64),
    organizations: ['Naru'],
    purpose: 'authority',
    permitted: { dns: DOMAINS, ip: LOOPBACK },
    nowMs,
    lifetimeMs: AUTHORITY_LIFETIME_MS,
  })
  await writePair(directory, HOST_AUTHORITY_NAME, pair)
  return pair
}

const isUsable = (pair: Awaited<ReturnType<typeof readPair>>, nowMs: number): pair is StoredPair =>
  typeof pair === 'object' && 'certificate' in pair && Date.parse(pair.certificate.validTo) - nowMs > RENEW_BEFORE_MS

const pairOf = ({ certPem, keyPem }: KeyPair): KeyPair => ({ certPem, keyPem })
