/** A developer's first day with an app and its database, while a client asks twenty times a second and another one writes:
 *  no request fails, and no row that was acknowledged is lost, whatever the developer and the machine do. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, k8s } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { openAdminClient } from './harness/admin-client.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { killContainer } from './harness/kill-container.ts'
import { startLoad } from './harness/load.ts'
import { startNoteWriter, type WrittenNotes } from './harness/note-writer.ts'
import { strays } from './harness/strays.ts'

/** Tells of what is gone, or was measured of it a moment ago. */
const PASSING = /^(events?(\.events\.k8s\.io)?|leases?\.\S+|podmetrics\.\S+)\//

describe('a first day', () => {
  let naru: Installation
  let opened: AsyncDisposableStack
  let client: Client
  let folder: string
  let url: string
  let before: string[]
  let readers: ReturnType<typeof startLoad>
  let writer: ReturnType<typeof startNoteWriter>
  let written: WrittenNotes

  beforeAll(async () => {
    opened = new AsyncDisposableStack()
    naru = opened.use(await openInstallation({ env: { NARU_RUNTIME: 'containerd' } }))
    await naru.mustNaru('up')
    ;({ client } = opened.use(await openAdminClient(naru)))
    before = await allObjects()
    folder = join(naru.root, 'shop')
  })
  afterAll(async () => opened?.disposeAsync())

  /** Names of all objects of the namespace, of every kind that there is. */
  async function allObjects(): Promise<string[]> {
    const kinds = await naru.kubectl('api-resources', '--namespaced', '--verbs=list', '-o', 'name')
    const names = await naru.kubectl('get', kinds.trim().split('\n').join(','), '-o', 'name', '--ignore-not-found')
    return names
      .split('\n')
      .filter((name) => name !== '' && !PASSING.test(name))
      .toSorted()
  }

  const file = (name: string) => join(folder, name)
  const page = async (path = '/') =>
    JSON.parse(await mustRun('curl', ['-sS', '--fail', '--max-time', '30', `${url}${path}`]))
  const serving = async () => (await naru.kubectlJson<App>('get', 'app/shop')).status?.servingRelease
  /** A version that tells its name at /version. */
  async function version(name: string): Promise<void> {
    const text = await readFile(file('server.js'), 'utf8')
    const routes = `const routes = {\n  'GET /version': async () => ({ status: 200, body: '${name}' }),\n`
    await writeFile(file('server.js'), text.replace(/const routes = \{\n( {2}'GET \/version'.*\n)?/, routes))
  }
  /** What a statement gives, run by a program of one's own in the app's environment. */
  async function inDatabase(statement: string): Promise<unknown[]> {
    const script = `
      const { pool } = await import('/app/database.js')
      console.log(JSON.stringify((await pool.query(process.argv[1])).rows))
      await pool.end()`
    const printed = await naru.mustNaru('run', '--app', 'shop', '--', 'node', '-e', script, statement)
    return JSON.parse(printed)
  }

  it('begins with a template, and a deploy: an app, its database, its schema, a URL', async () => {
    await naru.mustNaru('init', folder, '--template', 'node-postgres')
    url = await naru.deploy(folder)
    expect(await page('/healthz')).toEqual({ ok: true })
    readers = startLoad(url, { perSecond: 20, timeoutMs: 60_000 })
    writer = startNoteWriter(url, { everyMs: 100 })
  })

  it('a file that is no JavaScript stops the build, and a migration that fails stops the deploy', async () => {
    const good = await readFile(file('server.js'), 'utf8')
    await writeFile(file('server.js'), `${good}\nconst = 1\n`)
    const build = await naru.naru('deploy', folder)
    expect([build.code, build.stderr]).toEqual([1, expect.stringMatching(/server\.js[^]*const = 1/)])
    await writeFile(file('server.js'), good)

    await writeFile(file('migrations/002-stars.sql'), 'alter table nots add column stars integer;\n')
    const migration = await naru.naru('deploy', folder)
    expect([migration.code, migration.stderr]).toEqual([
      1,
      expect.stringContaining('002-stars.sql: relation "nots" does not exist'),
    ])
    expect(await serving()).toBe('shop-v1')
  })

  it('mended, it is tried on a tenth of the requests, then on all, then taken back, and set in charge again', async () => {
    await writeFile(file('migrations/002-stars.sql'), 'alter table notes add column stars integer;\n')
    await version('starred')
    await naru.deploy(folder, '--no-traffic', '-m', 'stars')
    const { status } = await naru.kubectlJson<App>('get', 'app/shop')
    const number = Number(status?.latestRelease?.slice('shop-v'.length))
    await naru.mustNaru('traffic', 'shop', 'v1=90', `v${number}=10:next`)
    expect(await mustRun('curl', ['-sS', '--fail', `${url.replace('shop.', 'next-shop.')}/version`])).toBe(
      '"starred"\n',
    )
    await naru.mustNaru('traffic', 'shop', 'latest=100')
    expect(await page('/version')).toBe('starred')
    await naru.mustNaru('rollback', 'shop')
    expect(await serving()).toBe('shop-v1')
    await naru.mustNaru('rollback', 'shop', `v${number}`)
    expect(await page('/version')).toBe('starred')
  })

  it('gets a cache beside its database, by one command', async () => {
    await naru.mustNaru('add', 'redis', '--app', 'shop')
    const printed = await naru.mustNaru(
      'run',
      '--app',
      'shop',
      '--',
      'node',
      '-p',
      'new URL(process.env.REDIS_URL).protocol',
    )
    expect(printed).toBe('redis:\n')
  })

  it('counts its notes every night, and now', async () => {
    const count = `
      const { pool } = await import('/app/database.js')
      console.log((await pool.query('select count(*) > 0 as some from notes')).rows)
      await pool.end()`
    await naru.mustNaru('cron', 'add', 'nightly', '0 3 * * *', '--app', 'shop', '--', 'node', '-e', count)
    expect(await naru.mustNaru('cron', 'run', 'nightly', '--app', 'shop')).toContain('[ { some: true } ]')
    expect(await naru.mustNaru('cron', 'list', '--app', 'shop')).toMatch(/nightly/)
  })

  it('keeps every row when the server of its database is killed, full as it is', async () => {
    const fill = `insert into notes (id, text) select gen_random_uuid(), repeat('x', 1000) from generate_series(1, 50000)`
    expect(await inDatabase(fill)).toEqual([])
    const [database] = (
      await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'apps.naru.dev/resource=shop-database')
    ).items
    const container = database?.status?.containerStatuses?.[0]
    await killContainer(naru, container?.containerID ?? '')
    await eventually('the database is up again', async () => {
      const pod = await naru.kubectlJson<k8s.Pod>('get', 'pod', database?.metadata.name ?? '')
      const [now] = pod.status?.containerStatuses ?? []
      return now?.ready === true && now.restartCount > (container?.restartCount ?? 0)
    })
    // Its Service leads to it a moment after it is ready.
    await eventually('the app reaches it', async () => (await page('/healthz').catch(() => ({}))).ok === true)
  })

  it('takes back rows that were deleted by mistake, from a dump', async () => {
    written = await writer.stop()
    const dump = join(naru.root, 'shop.dump')
    await naru.mustNaru('db', 'dump', 'shop-database', '-o', dump)
    await naru.mustNaru('db', 'shell', 'shop-database', '-c', 'delete from notes')
    expect(await page()).toEqual([])
    await naru.mustNaru('db', 'restore', 'shop-database', dump, '--yes')
    expect(await page()).toHaveLength(20)
  })

  it('ends with no request failed, and each acknowledged row in the database', async () => {
    const { acknowledged, failures: unwritten } = written
    const { sent, failures: unread } = await readers.stop()
    expect({ unread, unwritten }).toEqual({ unread: [], unwritten: [] })
    expect(sent).toBeGreaterThan(300)
    const rows = await inDatabase(`select id from notes where text like 'note %'`)
    expect(rows.map((row) => (row as { id: string }).id).toSorted()).toEqual(acknowledged.toSorted())
  })

  it('is deleted, and nothing is left of it but last dumps', async () => {
    const told = JSON.parse(await naru.mustNaru('delete', 'shop', '--yes', '--json')) as Record<string, string[]>
    const dumps = [expect.stringContaining('redis'), expect.stringContaining('shop-database')]
    expect(told).toMatchObject({ complete: true, resources: ['redis', 'shop-database'], dumps })
    const [cache, database] = await Promise.all((told.dumps ?? []).map((path) => stat(path)))
    expect([cache, database].map((dump) => (dump?.mode ?? 0) & 0o777)).toEqual([0o600, 0o600])
    expect([cache?.size, database?.size].map((size = 0) => size > 10_000)).toEqual([false, true])
    await eventually(
      'no object is left',
      async () => {
        expect(await allObjects()).toEqual(before)
        return true
      },
      { timeoutMs: 60_000 },
    )
    await eventually('nothing is left on the machine', async () => {
      expect(await strays(client, naru.stateDir)).toEqual([])
      return true
    })
  })
})
