/** What databases keep is copied out and put back, by their own programs: PostgreSQL and MariaDB with rows, Redis with
 *  keys of every type. */
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually, mustRun, runCommand } from './harness/command.ts'
import { killContainer } from './harness/kill-container.ts'
import { killRoles } from './harness/processes.ts'
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
    const ofAnotherKind = file(`${resource}-other.dump`)
    await writeFile(ofAnotherKind, resource === 'orders' ? '-- MariaDB dump\n-- Dump completed\n' : 'PGDMP\x01\x0e\n')
    const later = file(`${resource}-later.dump`)
    // PostgreSQL: the version of the archive's format, behind its mark. MariaDB: that of the server, in the head.
    const whole = await readFile(dump)
    if (resource === 'orders') whole.writeUInt8(whole.readUInt8(5) + 1, 5)
    const version = whole.indexOf('-- Server version\t') + '-- Server version\t'.length
    if (resource === 'stock') whole.write('99', version)
    await writeFile(later, whole)
    for (const path of [cut, text, ofAnotherKind, later, file('nowhere')]) {
      const { code, stderr } = await naru.naru('db', 'restore', resource, path, '--yes')
      expect([code, stderr]).toEqual([
        1,
        path === later && resource === 'stock'
          ? expect.stringMatching(
              /has not taken .+: it was written by MariaDB 99\.\d+, and this is 1\d\..+\nNothing was changed/,
            )
          : expect.stringMatching(/cannot be restored: .+\nNothing was changed/),
      ])
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

it('what dumps PostgreSQL ends with the command line, however that ends, and leaves no file of that name', async () => {
  const path = file('killed.dump')
  const dumping = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'"
  // For whom pg_dump waits.
  const lock = say('orders', 'BEGIN; LOCK TABLE customer; SELECT pg_sleep(300);').catch(() => undefined)
  const holders = "FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND pid <> pg_backend_pid()"
  const inOrders = (sql: string) => naru.mustNaru('db', 'shell', 'orders', '-c', sql, '--', '-At')
  await eventually('the table is locked', async () => (await inOrders(`SELECT count(*) ${holders}`)).trim() === '1')
  const { result } = naru.startNaru('db', 'dump', 'orders', '-o', path)
  await eventually('it is dumped', async () => (await inOrders(dumping)).trim() === '1')
  await killRoles(naru.stateDir, ['cli'])
  await result
  await eventually('nothing dumps it', async () => (await inOrders(dumping)).trim() === '0')
  expect((await readdir(naru.root)).filter((name) => name === 'killed.dump')).toEqual([])
  const left = await naru.kubectl('exec', 'orders-0', '--', 'sh', '-c', 'grep -l pg_dump /proc/[0-9]*/comm || true')
  expect(left).toBe('')
  await inOrders(`SELECT pg_terminate_backend(pid) ${holders}`)
  await lock
})

it('MariaDB goes back to the tables it had when what belongs to them cannot be put in place', async () => {
  const dump = file('stock-back.dump')
  await naru.mustNaru('db', 'dump', 'stock', '-o', dump)
  await say(
    'stock',
    "UPDATE item SET name = 'newer'; CREATE VIEW newer AS SELECT * FROM item; CREATE VIEW constant AS SELECT 1;",
  )
  const counted = `SELECT count(*), (SELECT n FROM b), (SELECT * FROM constant), (SELECT count(*) FROM information_schema.triggers
    WHERE trigger_schema = database()) FROM newer WHERE name = 'newer'`
  const count = () => naru.mustNaru('db', 'shell', 'stock', '-c', counted)
  const before = await count()
  const asAdministrator = (sql: string) => naru.kubectl('exec', 'stock-0', '--', 'mariadb', '-e', sql)
  await asAdministrator('SET GLOBAL lock_wait_timeout = 3')
  const held = say('stock', 'BEGIN; SELECT * FROM constant; SELECT sleep(300);').catch(() => undefined)
  const holders = "SELECT count(*) FROM information_schema.processlist WHERE info = 'SELECT sleep(300)'"
  await eventually('the view is held', async () => /^1$/m.test(await asAdministrator(holders)))
  const { code, stderr } = await naru.naru('db', 'restore', 'stock', dump, '--yes')
  expect([code, stderr]).toEqual([1, expect.stringMatching(/has not taken[^]*Nothing was changed/)])
  await asAdministrator('KILL USER app')
  await held
  expect(await count()).toBe(before)
  await asAdministrator('SET GLOBAL lock_wait_timeout = 60')
  await naru.mustNaru('db', 'restore', 'stock', dump, '--yes')
  expect((await naru.naru('db', 'shell', 'stock', '-c', counted)).stderr).toContain("newer' doesn't exist")
})

it('how a restore ended is told by its exit code: refused, half done, or nobody knows', async () => {
  const image = await naru.kubectl('get', 'pod/orders-0', '-o', 'jsonpath={.spec.containers[0].image}')
  const labels = { 'apps.naru.dev/resource': '${name}' }
  const containers = [{ name: 'server', image: '${image}', command: ['sleep', '3600'] }]
  const pods = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } }
  const obeys = 'read -r code; echo "it was told $code" >&2; [ "$code" != kill ] || kill -9 $$; exit "$code"'
  const spec = {
    type: 'obedient',
    image,
    commands: {
      container: 'server',
      dump: { extension: 'txt', write: ['echo', '0'], check: ['cat'], restore: ['sh', '-c', obeys] },
    },
    manifests: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: '${name}' },
        spec: { selector: { matchLabels: labels }, template: pods },
      },
    ],
  }
  await naru.apply({ apiVersion: 'apps.naru.dev/v1', kind: 'Provisioner', metadata: { name: 'obedient' }, spec })
  await naru.mustNaru('add', 'obedient', '--no-bind')
  const told = file('told')
  for (const [code, error, says] of [
    ['1', 'dumpRefused', 'Nothing was changed'],
    ['3', 'dumpHalfTaken', 'only a part of'],
    ['kill', 'restoreUnclear', 'what it had before or what is in the dump'],
  ]) {
    await writeFile(told, `${code}\n`)
    const ended = await naru.naru('db', 'restore', 'obedient', told, '--yes', '--json')
    const message = expect.stringMatching(new RegExp(`it was told ${code}[^]*`)) as unknown
    expect([ended.code, JSON.parse(ended.stdout)]).toEqual([1, { error: { code: error, message } }])
    expect(ended.stdout).toContain(says)
  }
  await writeFile(told, '0\n')
  expect(await naru.mustNaru('db', 'restore', 'obedient', told, '--yes')).toContain('obedient keeps what is in')
  await naru.mustNaru('remove', 'obedient', '--yes', '--no-dump')
  await naru.kubectl('delete', 'provisioner', 'obedient')
})

it('what cannot be dumped says so, and what can be done', async () => {
  await naru.mustNaru('add', 'memcached', '--no-bind')
  for (const [action, says] of [
    ['dump', 'it keeps nothing'],
    ['shell', 'port-forward'],
  ] as const) {
    const { code, stderr } = await naru.naru('db', action, 'memcached')
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)])
  }
})

describe('Redis', () => {
  /** Everything in two of its databases, and its functions. A set has no order, and a stream's group knows when it was
   *  asked last. */
  const state = `EVAL "${[
    'local all = {}',
    'for _, number in ipairs({0, 3}) do',
    "redis.call('SELECT', number)",
    "local keys = redis.call('KEYS', '*')",
    'table.sort(keys)',
    'for _, key in ipairs(keys) do',
    "local type, value = redis.call('TYPE', key).ok, nil",
    "if type == 'set' then value = redis.call('SMEMBERS', key) table.sort(value) value = table.concat(value)",
    "elseif type == 'stream' then value = cjson.encode({redis.call('XRANGE', key, '-', '+'), redis.call('XPENDING', key, 'group')})",
    "else value = redis.call('DUMP', key) end",
    "all[#all + 1] = key .. value .. redis.call('PEXPIRETIME', key)",
    'end end',
    "return #all .. ' ' .. redis.sha1hex(table.concat(all))",
  ].join(' ')}" 0\nFCALL answer 0`
  const stateNow = (resource = 'cache') => say(resource, state)
  let before: string
  let dump: string

  it('is dumped with keys of every type, those that expire, and functions', async () => {
    await naru.mustNaru('add', 'redis', '--as', 'cache', '--no-bind', '-p', 'backup=daily')
    await say(
      'cache',
      `EVAL "for n = 1, 20000 do local text = {} for m = 1, 20 do text[m] = redis.sha1hex(n .. '.' .. m) end redis.call('SET', 'key' .. n, table.concat(text)) end" 0
      RPUSH list 1 이름 "two words"
      HSET hash field value
      SADD set a b c
      ZADD sorted 1.5 a -inf b
      XADD stream 1-1 field value
      XGROUP CREATE stream group 0
      XREADGROUP GROUP group consumer STREAMS stream >
      PFADD log a b c
      SETBIT bits 7 1
      SET "with \\x00 zero" "\\xff\\r\\n"
      SET later gone EX 100000
      FUNCTION LOAD "#!lua name=library\\nredis.register_function('answer', function() return 42 end)"
      SELECT 3
      SET other database`,
    )
    before = await stateNow()
    expect(before).toMatch(/^20010 [0-9a-f]{40}\n42\n$/)
    dump = file('cache.rdb')
    const { sizeBytes } = JSON.parse(await naru.mustNaru('db', 'dump', 'cache', '-o', dump, '--json')) as {
      sizeBytes: number
    }
    expect(sizeBytes).toBeGreaterThan(10_000_000)
  })

  it('is what it was after a restore, and stays that when its container is killed', async () => {
    await say('cache', 'DEL key1 list\nSET key2 lost\nSET newer 1\nPERSIST later\nFUNCTION FLUSH')
    await naru.mustNaru('db', 'restore', 'cache', dump, '--yes')
    expect(await stateNow()).toBe(before)
    const pod = await naru.kubectlJson<k8s.Pod>('get', 'pod', 'cache-0')
    await killContainer(naru, pod.status?.containerStatuses?.[0]?.containerID ?? '')
    await eventually('it answers as before', async () => (await stateNow()) === before)
  })

  it('refuses what is no whole dump of its version, and one that it has no room for: nothing changes', async () => {
    const whole = await readFile(dump)
    const files = {
      cut: whole.subarray(0, whole.length * 0.7),
      damaged: Buffer.concat([whole.subarray(0, 5_000_000), Buffer.alloc(9), whole.subarray(5_000_009)]),
      later: Buffer.concat([Buffer.from('REDIS0999'), whole.subarray(9)]),
      other: Buffer.from('PGDMP is no dump of Redis'),
    }
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(file(name), bytes)
      const { code, stderr } = await naru.naru('db', 'restore', 'cache', file(name), '--yes')
      expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be restored: .+\nNothing was changed/)])
    }
    await say('cache', 'CONFIG SET maxmemory 1mb')
    const { code, stderr } = await naru.naru('db', 'restore', 'cache', dump, '--yes')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/has not taken .*OOM.*\nNothing was changed/)])
    await say('cache', 'CONFIG SET maxmemory 0')
    expect(await stateNow()).toBe(before)
  })

  it('has backups by the clock, which another one is restored from', async () => {
    const made = JSON.parse(await naru.mustNaru('db', 'backups', 'now', 'cache', '--json')) as {
      backups: { name: string }[]
    }
    await naru.mustNaru('add', 'redis', '--as', 'cache-fresh', '--no-bind')
    await naru.mustNaru('db', 'restore', 'cache-fresh', '--backup', `cache/${made.backups[0]?.name}`, '--yes')
    expect(await stateNow('cache-fresh')).toBe(before)
  })
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

  it.runIf(type === 'postgres')(
    'that fail say why and when, wherever one looks, and are forgotten after one that succeeds',
    async () => {
      const kept = (await list()).backups
      const [hash] = (
        await naru.mustNaru('db', 'shell', resource, '-c', 'SELECT rolpassword FROM pg_authid', '--', '-At')
      )
        .split('\n')
        .filter((line) => line !== '')
      await say(resource, "ALTER ROLE app PASSWORD 'another'")
      const failed = await naru.naru('db', 'backups', 'now', resource)
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/password authentication failed/)])
      const { backups, lastFailure } = await list()
      expect(backups).toEqual(kept)
      expect(lastFailure).toEqual({
        at: expect.any(String),
        message: expect.stringContaining('password authentication'),
      })
      expect((await naru.naru('db', 'backups', resource)).stderr).toMatch(/failed \d+s ago.*password authentication/)
      expect((await naru.naru('resources')).stderr).toMatch(/backup of orders failed \d+s ago.*password authentication/)
      const listed = JSON.parse(await naru.mustNaru('resources', '--json')) as { name: string; lastFailure?: object }[]
      expect(listed.find(({ name }) => name === resource)?.lastFailure).toEqual(lastFailure)
      await say(resource, `ALTER ROLE app PASSWORD '${hash}'`)
      await naru.mustNaru('db', 'backups', 'now', resource)
      expect((await list()).lastFailure).toBeUndefined()
      expect((await naru.naru('resources')).stderr).not.toContain('failed')
    },
  )

  it('end when they are switched off', async () => {
    await naru.mustNaru('add', type, '--as', resource, '--no-bind', '-p', 'backup=off')
    await eventually('there is none', async () => !(await naru.kubectl('get', 'cronjobs', '-o', 'name')).includes(keep))
  })
})

describe('a server elsewhere', () => {
  const passwordOf = async (resource: string) => {
    const secret = await naru.kubectl('get', 'secret', `${resource}-binding`, '-o', 'jsonpath={.data.password}')
    return Buffer.from(secret, 'base64').toString()
  }
  const addElsewhere = async (name: string, uri: string) => {
    await naru.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default' },
      stringData: { uri },
    })
    await naru.mustNaru('add', 'external', '--as', name, '--no-bind', '-p', `secret=${name}`)
  }

  it('is spoken to, dumped and restored by what its Secret says, which nobody gets to see', async () => {
    const password = await passwordOf('orders')
    await addElsewhere('legacy', `postgresql://app:${password}@orders.default.svc/app`)
    await say('legacy', 'DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT generate_series(1, 9) AS id;')
    const path = file('legacy.dump')
    await naru.mustNaru('db', 'dump', 'legacy', '-o', path)
    await say('orders', 'DELETE FROM kept; CREATE TABLE later AS SELECT 1;')
    const cut = file('legacy-cut.dump')
    await writeFile(cut, (await readFile(path)).subarray(0, -20))
    expect((await naru.naru('db', 'restore', 'legacy', cut, '--yes')).stderr).toContain('Nothing was changed')
    await naru.mustNaru('db', 'restore', 'legacy', path, '--yes')
    const counted = await naru.mustNaru(
      'db',
      'shell',
      'legacy',
      '-c',
      "SELECT count(*), to_regclass('later') IS NULL FROM kept",
      '--',
      '-At',
    )
    expect(counted.trim()).toBe('9|t')
    const objects = await naru.kubectl('get', 'pods,events,resources,deploy,sts', '-o', 'json')
    expect(objects).not.toContain(password)
    expect((await runCommand('grep', ['-rqF', password, join(naru.stateDir, 'logs')])).code).toBe(1)
    await eventually('nothing of it is left', async () => {
      const left = await naru.kubectl('get', 'pods,secrets', '-o', 'name')
      return !left.includes('-client-')
    })
  })

  it('is Redis: likewise', async () => {
    await addElsewhere('legacy-cache', `redis://:${await passwordOf('cache')}@cache.default.svc:6379/3`)
    const path = file('legacy.rdb')
    await naru.mustNaru('db', 'dump', 'legacy-cache', '-o', path)
    await say('cache', 'SELECT 3\nSET other lost')
    await naru.mustNaru('db', 'restore', 'legacy-cache', path, '--yes')
    expect((await say('legacy-cache', 'GET other')).trim()).toBe('database')
  })

  it('is MariaDB: without a restore, which says why', async () => {
    await addElsewhere('legacy-stock', `mysql://app:${await passwordOf('stock')}@stock.default.svc/app`)
    const path = file('legacy.sql')
    await naru.mustNaru('db', 'dump', 'legacy-stock', '-o', path)
    expect(await readFile(path, 'utf8')).toContain('CREATE TABLE `item`')
    const { code, stderr } = await naru.naru('db', 'restore', 'legacy-stock', path, '--yes')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/administrator[^]*naru db shell[^]*Nothing was changed/)])
  })

  it('of another kind says what is known, and is left alone when it is removed', async () => {
    await addElsewhere('legacy-queue', 'amqp://app:secret@mq.example/')
    const { code, stderr } = await naru.naru('db', 'dump', 'legacy-queue')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/begins with amqp:.*postgresql:\/\//)])
    expect(stderr).not.toContain('mq.example')
    const backups = await naru.naru('db', 'backups', 'legacy')
    expect([backups.code, backups.stderr]).toEqual([1, expect.stringContaining('naru db dump legacy')])
    expect((await naru.naru('remove', 'legacy', '--yes')).stderr).toContain('elsewhere is not touched')
  })
})

it('what nothing knows any more how to dump is removed when its last dump is not wished', async () => {
  const spec = { type: 'queue', outputs: { uri: 'queue://${name}' } }
  await naru.apply({ apiVersion: 'apps.naru.dev/v1', kind: 'Provisioner', metadata: { name: 'queue' }, spec })
  await naru.mustNaru('add', 'queue', '--as', 'tasks', '--no-bind')
  await naru.kubectl('delete', 'provisioner', 'queue')
  const { code, stderr } = await naru.naru('remove', 'tasks', '--yes')
  expect([code, stderr]).toEqual([1, expect.stringMatching(/last dump of tasks[^]*type queue[^]*--no-dump/)])
  await naru.mustNaru('remove', 'tasks', '--yes', '--no-dump')
  await eventually('it is gone', async () => !(await naru.kubectl('get', 'resources', '-o', 'name')).includes('tasks'))
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
