import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../lib/index.ts'
import { isHostOfAuthority, issueHostCertificate, openHostAuthority } from './host-authority.ts'
import { issueCertificate, type KeyPair } from './issue.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-host-authority-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** What OpenSSL says of a server's certificate when it trusts this authority. */
async function verify(authority: KeyPair, { certPem }: KeyPair, ...more: string[]): Promise<string> {
  const [ca, leaf] = [join(folder, 'trusted.pem'), join(folder, 'leaf.pem')]
  await Promise.all([writeFile(ca, authority.certPem), writeFile(leaf, certPem)])
  const { stdout } = await promisify(execFile)('openssl', ['verify', '-CAfile', ca, ...more, leaf]).catch(
    (error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }),
  )
  return stdout.replaceAll(folder, '')
}

describe('the authority of hosts', () => {
  it('is kept with its key to itself, and made anew before it ends', async () => {
    const first = await openHostAuthority(folder, systemClock)
    expect(await openHostAuthority(folder, systemClock)).toEqual(first)
    expect((await stat(join(folder, 'ca.key'))).mode & 0o777).toBe(0o600)
    const later = { ...systemClock, now: () => systemClock.now() + 3600 * 86_400_000 }
    const second = await openHostAuthority(folder, later)
    expect(second.authority.certPem).not.toBe(first.authority.certPem)
    const fallback = new X509Certificate(second.fallback.certPem)
    expect(fallback.verify(new X509Certificate(second.authority.certPem).publicKey)).toBe(true)
    expect(fallback.subjectAltName).toContain('IP Address:127.0.0.1')
  })

  it('vouches for names of this machine, and for no others even when its key is stolen', async () => {
    const { authority, fallback } = await openHostAuthority(folder, systemClock)
    const name = `${'a'.repeat(60)}.hello.localhost`
    const own = await issueHostCertificate(authority, name, Date.now())
    expect(await verify(authority, own, '-verify_hostname', name, '-purpose', 'sslserver')).toContain('OK')
    expect(await verify(authority, fallback, '-verify_ip', '::1')).toContain('OK')
    const bank = await issueHostCertificate(authority, 'bank.example.com', Date.now())
    expect(await verify(authority, bank)).toContain('permitted subtree violation')
    const stolen = (names: { dns: string[]; ip: string[] }, purpose: 'server' | 'client' = 'server') =>
      issueCertificate({ commonName: 'x', purpose, names, nowMs: Date.now(), lifetimeMs: 86_400_000 }, authority)
    expect(await verify(authority, await stolen({ dns: [], ip: ['10.0.0.1'] }))).toContain(
      'permitted subtree violation',
    )
    const client = await stolen({ dns: ['a.localhost'], ip: [] }, 'client')
    expect(await verify(authority, client, '-purpose', 'sslclient')).toMatch(/unsupported|unsuitable/)
  })

  it('knows which hosts those are', () => {
    const hosts = ['localhost', 'a.b.localhost', 'shop.test', 'localhost.example.com', 'mylocalhost', 'shop.local']
    expect(hosts.filter(isHostOfAuthority)).toEqual(['localhost', 'a.b.localhost', 'shop.test'])
  })
})
