/** An authority for tests, and what it signs: as the cluster's does. */
import { issueCertificate, type KeyPair } from '../../src/certificates/index.ts'

export interface TestAuthority {
  caPem: string
  server(hosts: { dns: readonly string[]; ip: readonly string[] }): Promise<KeyPair>
  client(user: string, groups?: readonly string[], lifetimeMs?: number): Promise<KeyPair>
}

const DAY_MS = 86_400_000

export async function openTestAuthority(): Promise<TestAuthority> {
  const life = { nowMs: Date.now(), lifetimeMs: DAY_MS }
  const authority = await issueCertificate({ ...life, commonName: 'test', purpose: 'authority' })
  return {
    caPem: authority.certPem,
    server: (names) => issueCertificate({ ...life, commonName: 'server', purpose: 'server', names }, authority),
    client: (commonName, organizations = [], lifetimeMs = DAY_MS) =>
      issueCertificate({ ...life, lifetimeMs, commonName, organizations, purpose: 'client' }, authority),
  }
}
