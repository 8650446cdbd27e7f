import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate } from '../../certificates/index.ts'
import { readCertificate } from './read-certificate.ts'

const NOW = Date.parse('2026-06-01T00:00:00Z')
const DAY = 86_400_000
let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'naru-given-'))
  const request = {
    commonName: 'shop.example.com',
    purpose: 'server' as const,
    names: { dns: ['shop.example.com', '*.example.org'], ip: [] },
    nowMs: NOW,
    lifetimeMs: 10 * DAY,
  }
  const { certPem, keyPem } = await issueCertificate(request)
  const nameless = await issueCertificate({ ...request, names: { dns: [], ip: [] } })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  const files = {
    cert: certPem,
    nameless: nameless.certPem + nameless.keyPem,
    key: keyPem,
    both: certPem + keyPem,
    other,
    locked,
    text: 'hello',
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(cwd, name), text)))
})
afterAll(() => rm(cwd, { recursive: true }))

const read = (cert: string, key: string, host = 'shop.example.com', nowMs = NOW) =>
  readCertificate({ cert, key, cwd }, { host, nowMs })

describe('a certificate that is given', () => {
  it('is taken with its key, from one file or two, for each host in it', async () => {
    expect(await read('cert', 'key')).toMatchObject({ validToMs: NOW + 10 * DAY })
    const both = await read('both', 'both', 'a.example.org')
    expect(both.certPem).not.toContain('PRIVATE')
    expect(both.keyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  })
  it.each<[string, string, string, string | undefined, number | undefined]>([
    ['certificateUnreadable', 'none', 'key', undefined, undefined],
    ['certificateMalformed', 'text', 'key', undefined, undefined],
    ['certificateMalformed', 'key', 'key', undefined, undefined],
    ['certificateKeyMalformed', 'cert', 'text', undefined, undefined],
    ['certificateKeyMalformed', 'cert', 'locked', undefined, undefined],
    ['certificateKeyOther', 'cert', 'other', undefined, undefined],
    ['certificateOtherHost', 'cert', 'key', 'www.example.com', undefined],
    ['certificateOtherHost', 'cert', 'key', 'a.b.example.org', undefined],
    ['certificateNoHost', 'nameless', 'nameless', undefined, undefined],
    ['certificateNotValid', 'cert', 'key', undefined, NOW + 11 * DAY],
    ['certificateNotValid', 'cert', 'key', undefined, NOW - DAY],
  ])('is refused, %s, for what is wrong with %s and %s', async (code, cert, key, host, nowMs) => {
    const error = await read(cert, key, host, nowMs).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect(JSON.stringify(error)).not.toContain('PRIVATE KEY')
  })
})
