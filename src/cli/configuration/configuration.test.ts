import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type App, apps, releases, resources } from '../../api/index.ts'
import type { CommandContext } from '../context.ts'
import { pruneConfigurations, readConfiguration, variablesOf, writeConfiguration } from './configuration.ts'
import { readFileOf, readGiven } from './read-variables.ts'

const contextOf = (stdin: string, cwd = '.') =>
  ({ stdin: Object.assign(Readable.from([stdin]), { isTTY: false }), cwd }) as unknown as CommandContext

describe('variables', () => {
  it('are given as they are, whatever is in them', async () => {
    expect(await readGiven(contextOf(''), ['A=b', 'C==d e', 'E='])).toEqual({ A: 'b', C: '=d e', E: '' })
  })
  it('one alone may come from stdin', async () => {
    expect(await readGiven(contextOf('secret\nlines\n'), ['KEY'])).toEqual({ KEY: 'secret\nlines' })
    await expect(readGiven(contextOf('x'), ['KEY', 'A=b'])).rejects.toThrow('variableWithoutValue')
  })
  it('what cannot be a name is refused, and not repeated', async () => {
    const refused = readGiven(contextOf(''), ['s3cr3t value=x'])
    await expect(refused).rejects.toMatchObject({ code: 'variableInvalid', parameters: {} })
  })

  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'naru-env-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  it('come from a .env file', async () => {
    await writeFile(join(folder, '.env'), '# comment\nA=1\nexport B="two words"\nC=\'#3\'\n')
    expect(await readFileOf(contextOf('', folder), '.env')).toEqual({ A: '1', B: 'two words', C: '#3' })
    expect(await readFileOf(contextOf('A=stdin'), '-')).toEqual({ A: 'stdin' })
    await expect(readFileOf(contextOf('', folder), 'none')).rejects.toThrow('variablesUnreadable')
  })
})

describe('a configuration', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())
  const { signal } = new AbortController()
  const target = () => ({ client: cluster.client, namespace: 'default' }) as Parameters<typeof writeConfiguration>[0]
  const write = (variables: Record<string, string>) =>
    writeConfiguration(target(), { name: 'shop', app: undefined, variables, signal })

  it('is a Secret that does not change, named by chance', async () => {
    const name = (await write({ KEY: 's3cr3t' })) ?? ''
    expect(name).toMatch(/^shop-env-[0-9a-f]{8}$/)
    expect(await write({ KEY: 's3cr3t' })).not.toBe(name)
    const secret = await cluster.client.get(resources.secrets, { namespace: 'default', name })
    expect(secret.immutable).toBe(true)
    expect(variablesOf(secret)).toEqual({ KEY: 's3cr3t' })
  })
  it('of an app is the one it names; before it is deployed, what was set', async () => {
    const app: App = { metadata: { name: 'shop' }, spec: { image: 'i' } }
    expect(await readConfiguration(target(), { name: 'shop', app: undefined, signal })).toBeUndefined()
    const name = (await write({ A: '1' })) ?? ''
    const read = (of: App | undefined) => readConfiguration(target(), { name: 'shop', app: of, signal })
    expect((await read(undefined))?.metadata.name).toBe(name)
    expect(await read(app)).toBeUndefined()
    expect((await read({ ...app, spec: { image: 'i', configuration: name } }))?.metadata.name).toBe(name)
  })
  it('is kept as long as the app or a release of it needs it', async () => {
    const [old, unused, now, next] = await Promise.all(['1', '2', '3', '4'].map((value) => write({ A: value })))
    const metadata = { name: 'shop-v1', namespace: 'default', labels: { 'apps.naru.dev/app': 'shop' } }
    const spec = { app: 'shop', number: 1, image: 'i', configuration: old }
    await cluster.client.create(releases, { metadata, spec })
    const app = await cluster.client.create(apps, {
      metadata: { name: 'shop', namespace: 'default' },
      spec: { image: 'i', configuration: now },
    })
    const left = async (nowMs: number) => {
      await pruneConfigurations(target(), { name: 'shop', app, keep: next, nowMs, signal })
      const { items } = await cluster.client.list(resources.secrets, { namespace: 'default' })
      return new Set(items.map((secret) => secret.metadata.name))
    }
    // Somebody else may be about to name it.
    expect(await left(Date.now())).toEqual(new Set([old, unused, now, next]))
    expect(await left(Date.now() + 3_600_000)).toEqual(new Set([old, now, next]))
  })
})
