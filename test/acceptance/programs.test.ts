/** Programs that people run on Kubernetes, with manifests as people write them: do they live, and does their data? */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { resolvePaths } from '../../src/lib/index.ts'
import { publishImages } from '../../tools/conformance/images/publish.ts'
import { registryOf } from '../../tools/conformance/images/registry-of.ts'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { killRoles } from './harness/processes.ts'
import { programImages } from './programs/images.ts'

const manifest = (name: string) => join(import.meta.dirname, 'programs', `${name}.yaml`)

let naru: Installation

beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
  await naru.mustNaru('up')
  await publishImages({
    recipes: programImages,
    registry: await registryOf(resolvePaths(naru.env)),
    signal: new AbortController().signal,
    say: () => {},
  })
}, 600_000)
afterAll(async () => naru?.[Symbol.asyncDispose]())

const rolledOut = (name: string) => naru.kubectl('rollout', 'status', `statefulset/${name}`, '--timeout=180s')
const restarts = async (pod: string) =>
  (await naru.kubectlJson<k8s.Pod>('get', 'pod', pod)).status?.containerStatuses?.[0]?.restartCount
const uidOf = (pod: string) => naru.kubectl('get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}')
const killEngine = async () => {
  expect(await killRoles(naru.stateDir, ['engine'])).toBe(1)
  await naru.mustNaru('up')
}
/** Deletes what the manifest and its claims made, and waits until neither the API nor the disk has any of it. */
async function remove(name: string, selector: string): Promise<void> {
  await naru.kubectl('delete', '-f', manifest(name), '--timeout=120s')
  await naru.kubectl('delete', 'persistentvolumeclaims', '-l', selector, '--timeout=60s')
  const kinds = 'all,configmaps,secrets,persistentvolumeclaims,endpointslices,controllerrevisions,serviceaccounts'
  await eventually('nothing has its label', async () => (await naru.kubectl('get', kinds, '-l', selector)) === '')
  await eventually(
    'there are no volumes',
    async () =>
      (await naru.kubectl('get', 'persistentvolumes', '-o', 'name')) === '' &&
      (await readdir(join(naru.stateDir, 'volumes'))).length === 0,
    { timeoutMs: 60_000 },
  )
}

describe('PostgreSQL', () => {
  const query = async (sql: string) =>
    (await naru.kubectl('exec', 'postgres-0', '--', 'psql', '-U', 'shop', '-d', 'shop', '-AtqX', '-c', sql)).trim()
  const sales = () => query('SELECT count(*), sum(product) FROM sale')

  it('is ready when it has made its database, and a client in a Job finds it by its names', async () => {
    await naru.kubectl('apply', '-f', manifest('postgres'))
    await rolledOut('postgres')
    expect(await query('SELECT name FROM product ORDER BY id')).toBe('anchor\nbuoy')
    await naru.kubectl('wait', '--for=condition=Complete', 'job/postgres-client', '--timeout=120s')
    expect(await naru.kubectl('logs', 'job/postgres-client')).toContain('COMMIT')
    expect(await sales()).toBe('1000|1500')
    expect(await restarts('postgres-0')).toBe(0)
  })

  it('runs as the user it was given, on a file system that it cannot write', async () => {
    const run = (...command: string[]) => naru.kubectlResult(['exec', 'postgres-0', '--', ...command])
    expect((await run('id')).stdout).toMatch(/^uid=999\S* gid=999\S* groups=999/)
    expect((await run('touch', '/etc/x')).stderr).toContain('Read-only file system')
  })

  it('a deleted pod comes back with its data', async () => {
    const before = await uidOf('postgres-0')
    await naru.kubectl('delete', 'pod', 'postgres-0')
    await eventually('another pod has its name', async () => (await uidOf('postgres-0')) !== before)
    await rolledOut('postgres')
    expect(await sales()).toBe('1000|1500')
    // It was asked to stop and did: there was nothing to recover.
    expect(await naru.kubectl('logs', 'postgres-0')).not.toContain('automatic recovery')
  })

  it('goes on while the engine is killed', async () => {
    const before = await uidOf('postgres-0')
    await killEngine()
    await rolledOut('postgres')
    await query('INSERT INTO sale (product) VALUES (2)')
    expect(await sales()).toBe('1001|1502')
    expect([await uidOf('postgres-0'), await restarts('postgres-0')]).toEqual([before, 0])
  })

  it('comes back with its data when the engine is killed while its pod ends', async () => {
    const before = await uidOf('postgres-0')
    await naru.kubectl('delete', 'pod', 'postgres-0', '--wait=false')
    await killEngine()
    await eventually('another pod has its name', async () => (await uidOf('postgres-0')) !== before, {
      timeoutMs: 90_000,
    })
    await rolledOut('postgres')
    expect(await sales()).toBe('1001|1502')
  })

  it('is scaled to nothing and back', async () => {
    await naru.kubectl('scale', 'statefulset/postgres', '--replicas=0')
    await naru.kubectl('wait', '--for=delete', 'pod/postgres-0', '--timeout=90s')
    expect(await naru.kubectl('get', 'pvc', 'data-postgres-0', '-o', 'jsonpath={.status.phase}')).toBe('Bound')
    await naru.kubectl('scale', 'statefulset/postgres', '--replicas=1')
    await rolledOut('postgres')
    expect(await sales()).toBe('1001|1502')
  })

  it('deleted, it leaves nothing', () => remove('postgres', 'app.kubernetes.io/name in (postgres, postgres-client)'))
})

describe('Redis, a primary and two replicas', () => {
  const redis = async (host: string, ...command: string[]) =>
    (await naru.kubectl('exec', 'redis-reader', '--', 'redis-cli', '-h', host, ...command)).trim()
  const read = async () => (await naru.kubectl('logs', 'redis-reader')).trim().split('\n')

  it('replicas find their primary by name, and what is written there is read from one of them', async () => {
    await naru.kubectl('apply', '-f', manifest('redis'))
    await rolledOut('redis')
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/redis-reader', '--timeout=60s')
    expect(await redis('redis-primary', 'set', 'greeting', 'hello')).toBe('OK')
    await eventually('a replica has it', async () => (await redis('redis-replica', 'get', 'greeting')) === 'hello')
    expect(await redis('redis-replica', 'set', 'greeting', 'bye')).toContain('READONLY')
    expect(await redis('redis-2.redis', 'role')).toMatch(/^slave\nredis-0\.redis\n6379\nconnected/)
  })

  it('can be read from all the time while its pods are replaced one after another', async () => {
    await eventually('the reader has read', async () => (await read()).at(-1) === 'hello')
    const before = (await read()).length
    await naru.kubectl('rollout', 'restart', 'statefulset/redis')
    await rolledOut('redis')
    const since = (await read()).slice(before)
    expect(since.length).toBeGreaterThan(10)
    expect(since.filter((line) => line !== 'hello')).toEqual([])
  })

  it('is one again after it: what is written reaches all', async () => {
    expect(await redis('redis-primary', 'set', 'greeting', 'again')).toBe('OK')
    for (const name of ['redis-0.redis', 'redis-1.redis', 'redis-2.redis'])
      await eventually(`${name} has it`, async () => (await redis(name, 'get', 'greeting')) === 'again', {
        timeoutMs: 60_000,
      })
  })

  it('deleted, it leaves nothing', () => remove('redis', 'app in (redis, redis-reader)'))
})
