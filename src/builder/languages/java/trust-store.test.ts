import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { trustStore } from './trust-store.ts'

/** One of Debian's package ca-certificates, which every machine that Naru runs on has. */
const FOLDER = '/usr/share/ca-certificates/mozilla'
const NAMES = ['ISRG_Root_X1.crt', 'DigiCert_Global_Root_G2.crt']

it("keytool reads the store with every store's password, and finds each certificate in it", async () => {
  const certificates = new Map<string, string>()
  for (const name of NAMES) certificates.set(name, await readFile(join(FOLDER, name), 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'naru-trust-'))
  try {
    const file = join(folder, 'cacerts')
    await writeFile(file, trustStore(certificates))
    const args = ['-list', '-keystore', file, '-storetype', 'JKS', '-storepass', 'changeit']
    const { stdout } = await promisify(execFile)('keytool', args)
    expect(stdout).toMatch(/contains 2 entries/)
    for (const name of NAMES) expect(stdout).toContain(`${name.toLowerCase()}, Jan 1, 1970, trustedCertEntry`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
