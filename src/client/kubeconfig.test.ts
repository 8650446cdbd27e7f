import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KubeconfigError, loadKubeconfig } from './kubeconfig.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'naru-kubeconfig-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const load = (config: unknown) => {
  writeFileSync(join(folder, 'config'), JSON.stringify(config))
  return loadKubeconfig(join(folder, 'config'))
}
const context = { name: 'a', context: { cluster: 'a', user: 'a' } }
const cluster = { name: 'a', cluster: { server: 'https://127.0.0.1:1' } }

test.each([
  ['nothing', null],
  ['a list', []],
  ['contexts that are no list', { 'current-context': 'a', contexts: {} }],
  ['a context that is nothing', { 'current-context': 'a', contexts: [null] }],
  ['clusters that are no list', { 'current-context': 'a', contexts: [context], clusters: 'a' }],
  [
    'a server that is no text',
    { 'current-context': 'a', contexts: [context], clusters: [{ name: 'a', cluster: { server: 1 } }] },
  ],
])('says what is missing in a file with %s', async (_, config) => {
  await expect(load(config)).rejects.toThrow(KubeconfigError)
})

test('takes a user that is nothing for nobody', async () => {
  const users = [null, { name: 'a', user: 'token' }]
  const { connection } = await load({ 'current-context': 'a', contexts: [context], clusters: [cluster], users })
  expect(connection).toMatchObject({ server: 'https://127.0.0.1:1', certPem: undefined })
})
