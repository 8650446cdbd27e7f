import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSigningKey } from './signing-key.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-key-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('is made once, for its user alone', async () => {
  const made = await openSigningKey(directory)
  expect((await stat(join(directory, 'sa.key'))).mode & 0o777).toBe(0o600)
  expect((await openSigningKey(directory)).id).toBe(made.id)
  expect(made.algorithm).toBe('ES256')
})

it.each([
  ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['ES384', () => generateKeyPairSync('ec', { namedCurve: 'P-384' })],
])('may be one of kind %s that was put there', async (algorithm, make) => {
  const { privateKey } = make()
  await writeFile(join(directory, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  expect(await openSigningKey(directory)).toMatchObject({
    algorithm,
    id: expect.stringMatching(/^[\w-]{43}$/) as string,
  })
})

it.each([
  ['', /cannot be used/],
  ['none', /cannot be used/],
  [generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /must be an RSA key/],
])('that cannot sign stops the start, and is left as it is', async (text, why) => {
  await writeFile(join(directory, 'sa.key'), text)
  await expect(openSigningKey(directory)).rejects.toThrow(why)
  expect(await readFile(join(directory, 'sa.key'), 'utf8')).toBe(text)
})
