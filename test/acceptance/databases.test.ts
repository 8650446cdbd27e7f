/** What databases keep is copied out and put back, by their own programs: PostgreSQL and MariaDB, each with rows. */
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation, repository } from './harness/installation.ts'

let naru: Installation

beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
  await naru.mustNaru('add', 'postgres', '--as', 'orders', '--no-bind')
  await naru.mustNaru('add', 'mariadb', '--as', 'stock', '--no-bind')
}, 300_000)
afterAll(async () => naru?.[Symbol.asyncDispose]())

/** What is said to `naru db shell` on its stdin. */
const say = (resource: string, input: string, ...args: string[]) =>
  mustRun(join(repository, 'bin/naru'), ['db', 'shell', resource, ...args], { env: naru.env, input })
const file = (name: string) => join(naru.root, name)

interface Kind {
  resource: string
  /** Rows, and things that are made of tables. */
  fill: string
  /** Everything that `fill` made, as text. */
  state: string[]
  /** Loses rows, and adds what no dump knows of. */
  harm: string
}

const kinds: Kind[] = [
  {
    resource: 'orders',
    fill: `CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL);
      CREATE TABLE purchase (id serial PRIMARY KEY, customer integer REFERENCES customer, note bytea);
      INSERT INTO customer SELECT n, '이름 ' || n FROM generate_series(1, 5000) n;
      INSERT INTO purchase (customer, note) SELECT n, decode(md5(n::text), 'hex') FROM generate_series(1, 5000) n;
      CREATE VIEW busy AS SELECT name, count(*) FROM customer JOIN purchase ON customer.id = customer GROUP BY name;
      CREATE SCHEMA archive CREATE TABLE old (id integer);
      SELECT lo_from_bytea(4711, 'large');`,
    state: [
      "SELECT md5(string_agg(customer::text, ',' ORDER BY id)) FROM customer",
      "SELECT md5(string_agg(purchase::text, ',' ORDER BY id)), nextval('purchase_id_seq') > 5000 FROM purchase",
      'SELECT count(*) FROM busy',
      "SELECT convert_from(lo_get(4711), 'UTF8')",
      `SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname IN ('public', 'archive') AND relkind IN ('r', 'v')`,
    ],
    harm: `DELETE FROM purchase; DROP VIEW busy; SELECT lo_unlink(4711);
      CREATE TABLE later (customer integer REFERENCES customer);`,
  },
  {
    resource: 'stock',
    fill: `CREATE TABLE item (id int AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL, picture blob);
      CREATE TABLE shelf (item int NOT NULL, FOREIGN KEY (item) REFERENCES item (id));
      CREATE TABLE log (line text);
      INSERT INTO item (name, picture) SELECT concat('물건 ', seq), unhex(md5(seq)) FROM seq_1_to_5000;
      INSERT INTO shelf SELECT id FROM item;
      CREATE TRIGGER told AFTER DELETE ON shelf FOR EACH ROW INSERT INTO log VALUES (old.item);
      CREATE VIEW a AS SELECT name FROM item;
      CREATE VIEW b AS SELECT count(*) AS n FROM a;
      CREATE PROCEDURE none() SELECT 0;
      CREATE SEQUENCE number;`,
    state: [
      'SELECT sum(crc32(concat(id, name, hex(picture)))) FROM item',
      'SELECT count(*) FROM shelf JOIN item ON item.id = item',
      'SELECT n FROM b',
      'SELECT count(*) FROM log',
      'CALL none()',
      `SELECT group_concat(table_name ORDER BY table_name), (SELECT count(*) FROM information_schema.triggers
        WHERE trigger_schema = database()) FROM information_schema.tables WHERE table_schema = database()`,
    ],
    harm: `DELETE FROM shelf WHERE item < 4000; DROP VIEW b; DROP PROCEDURE none; UPDATE item SET name = 'lost';
      CREATE TABLE later (item int, FOREIGN KEY (item) REFERENCES item (id)); CREATE VIEW c AS SELECT * FROM later;`,
  },
]

describe.each(kinds)('$resource', ({ resource, fill, state, harm }) => {
  const plain = resource === 'orders' ? ['--', '-At'] : ['--', '--skip-column-names']
  const stateNow = () => say(resource, state.map((query) => `${query};`).join('\n'), ...plain)
  let before: string
  let dump: string

  it('is spoken to: what fails is told, and is the exit code', async () => {
    await say(resource, fill)
    before = await stateNow()
    expect(before).toContain('5000')
    const wrong = await naru.naru('db', 'shell', resource, '-c', 'SELECT nothing')
    expect(wrong.code).not.toBe(0)
    expect(wrong.stderr).toMatch(/nothing/)
    expect(await naru.mustNaru('db', 'shell', resource, '-c', 'SELECT 40 + 2')).toContain('42')
  })

  it('is dumped to a file that only its owner reads', async () => {
    dump = file(`${resource}.dump`)
    const report = JSON.parse(await naru.mustNaru('db', 'dump', resource, '-o', dump, '--json')) as {
      sizeBytes: number
    }
    const { mode, size } = await stat(dump)
    expect([mode & 0o777, size]).toEqual([0o600, report.sizeBytes])
    expect((await readdir(naru.root)).filter((name) => name.startsWith('.naru-dump'))).toEqual([])
  })

  it('is restored while an app is connected: equal to what it was, and without what came later', async () => {
    await say(resource, harm)
    expect(await stateNow().catch(() => 'broken')).not.toBe(before)
    const open = say(resource, `SELECT 1; ${resource === 'orders' ? 'SELECT pg_sleep(5)' : 'SELECT sleep(5)'};`)
    await naru.mustNaru('db', 'restore', resource, dump, '--yes')
    await open
    expect(await stateNow()).toBe(before)
  })

  it('refuses a dump that breaks off, and what is none: nothing changes', async () => {
    const cut = file(`${resource}-cut.dump`)
    await writeFile(cut, await readFile(dump))
    await truncate(cut, Math.floor((await stat(dump)).size * 0.8))
    const text = file('text')
    await writeFile(text, 'this is no dump\n')
    for (const path of [cut, text, file('nowhere')]) {
      const { code, stderr } = await naru.naru('db', 'restore', resource, path, '--yes')
      expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be restored: .+\nNothing was changed/)])
    }
    const unasked = await naru.naru('db', 'restore', resource, dump)
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')])
    expect(await stateNow()).toBe(before)
  })

  it('keeps what it has when it is in the middle of a dump that it cannot take', async () => {
    const bad = file(`${resource}-bad.dump`)
    if (resource === 'orders') {
      // Whom the dump gives a right to is gone.
      await say(resource, 'CREATE ROLE guest; GRANT SELECT ON customer TO guest;')
      await naru.mustNaru('db', 'dump', resource, '-o', bad)
      await say(resource, 'DROP OWNED BY guest; DROP ROLE guest;')
    } else {
      const text = await readFile(dump, 'utf8')
      await writeFile(bad, text.replace('-- Dump completed', 'USE app;\nDROP TABLE shelf;\n-- Dump completed'))
    }
    const { code, stderr } = await naru.naru('db', 'restore', resource, bad, '--yes')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/has not taken .*(guest|denied)[^]*Nothing was changed/)])
    expect(await stateNow()).toBe(before)
  })

  it('says no password, in no argument, answer or log', async () => {
    const secret = await naru.kubectl('get', 'secret', `${resource}-binding`, '-o', 'jsonpath={.data.password}')
    const password = Buffer.from(secret, 'base64').toString()
    expect(password).toHaveLength(32)
    expect((await runCommand('grep', ['-rqF', password, join(naru.stateDir, 'logs')])).code).toBe(1)
    expect((await readFile(dump)).includes(password)).toBe(false)
  })
})

it('what cannot be dumped says so, and what can be done', async () => {
  await naru.mustNaru('add', 'memcached', '--no-bind')
  for (const [action, says] of [
    ['dump', 'cannot be dumped'],
    ['shell', 'port-forward'],
  ] as const) {
    const { code, stderr } = await naru.naru('db', action, 'memcached')
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)])
  }
})

describe.each(kinds)('backups of $resource by the clock', ({ resource, state }) => {
  const type = resource === 'orders' ? 'postgres' : 'mariadb'
  const keep = `${resource}-backups`
  const list = async () =>
    JSON.parse(await naru.mustNaru('db', 'backups', resource, '--json')) as {
      schedule: string
      backups: { name: string; sizeBytes: number }[]
      lastFailure?: { message: string }
    }
  const query = state[0] ?? ''
  const stateOf = (name: string) => naru.mustNaru('db', 'shell', name, '-c', query)

  it('are switched on, made by a CronJob, checked, listed, and put into a fresh database', async () => {
    const off = await naru.naru('db', 'backups', resource)
    expect([off.code, off.stderr]).toEqual([1, expect.stringContaining('-p backup=daily')])
    await naru.mustNaru('add', type, '--as', resource, '--no-bind', '-p', 'backup=daily', 'backupsKept=2')
    await eventually('there is a CronJob', async () =>
      (await naru.kubectl('get', 'cronjobs', '-o', 'name')).includes(keep),
    )
    await naru.kubectl('create', 'job', 'by-hand', `--from=cronjob/${keep}`)
    await naru.kubectl('wait', '--for=condition=complete', 'job/by-hand', '--timeout=100s')
    const { schedule, backups } = await list()
    expect([schedule, backups]).toEqual(['0 3 * * *', [{ name: expect.any(String), sizeBytes: expect.any(Number) }]])
    await naru.mustNaru('add', type, '--as', `${resource}-fresh`, '--no-bind')
    const before = await stateOf(resource)
    const [backup] = backups
    await naru.mustNaru('db', 'restore', `${resource}-fresh`, '--backup', `${resource}/${backup?.name}`, '--yes')
    expect(await stateOf(`${resource}-fresh`)).toBe(before)
  })

  it('are made now, and only the newest kept', async () => {
    for (const _ of [1, 2]) expect(await naru.mustNaru('db', 'backups', 'now', resource)).toContain('is a backup')
    expect((await list()).backups).toHaveLength(2)
    const unknown = await naru.naru('db', 'restore', resource, '--backup', '20000101-000000', '--yes')
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('There is: 20')])
  })

  it('end when they are switched off', async () => {
    await naru.mustNaru('add', type, '--as', resource, '--no-bind', '-p', 'backup=off')
    await eventually('there is none', async () => !(await naru.kubectl('get', 'cronjobs', '-o', 'name')).includes(keep))
  })
})

describe('an app that goes', () => {
  const dumps = () => join(naru.stateDir, 'dumps')
  const inDatabase = (resource: string, query: string) =>
    naru.mustNaru('db', 'shell', resource, '-c', query).then((told) => told.trim())
  const ofDatabase = () =>
    naru.kubectl('get', 'sts,pods,pvc,svc,secrets', '-l', 'apps.naru.dev/resource=db', '-o', 'name')
  const rows = 'SELECT count(*), sum(id) FROM rows'
  let before: string

  beforeAll(async () => {
    const folder = await naru.copyOf('test/acceptance/programs/rows', 'rows')
    await naru.mustNaru('add', 'postgres', '--as', 'db', '--app', 'rows')
    await naru.deploy(folder)
    await inDatabase('db', 'INSERT INTO rows SELECT generate_series(1, 100)')
    before = await inDatabase('db', rows)
  })

  it('is shown with all that goes, and stays when nobody says yes', async () => {
    const { code, stderr } = await naru.naru('delete', 'rows')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/the app rows[^]*db \(postgres\), .*last dump.*dumps/)])
    expect(await inDatabase('db', rows)).toBe(before)
  })

  it('stays when its last dump cannot be kept', async () => {
    await writeFile(dumps(), '')
    const { code, stderr } = await naru.naru('delete', 'rows', '--yes')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/last dump of db cannot be kept[^]*--no-dump/)])
    expect(await naru.mustNaru('apps')).toMatch(/rows +ready/)
    expect(await inDatabase('db', rows)).toBe(before)
    await rm(dumps())
  })

  it('goes with its database, whose last dump makes another one what it was', async () => {
    const told = JSON.parse(await naru.mustNaru('delete', 'rows', '--yes', '--json')) as { dumps: string[] }
    expect(told).toMatchObject({ deleted: true, complete: true, resources: ['db'], dumps: [expect.any(String)] })
    await eventually('nothing of it is left', async () => (await ofDatabase()) === '')
    const [path = ''] = told.dumps
    expect([(await stat(path)).mode & 0o777, (await stat(dumps())).mode & 0o777]).toEqual([0o600, 0o700])
    await say('orders', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public;')
    await naru.mustNaru('db', 'restore', 'orders', path, '--yes')
    expect(await inDatabase('orders', rows)).toBe(before)
  })
})
