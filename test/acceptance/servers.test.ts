/** Builds the images of servers for real and speaks to each with its own client: started from the image's configuration
 *  alone, as its user, in Linux namespaces of their own, with a folder as volume. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { buildServerImage, type BuiltServerImage } from '../../src/builder/index.ts'
import { openRegistry, type Registry } from '../../src/images/index.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'

const run = promisify(execFile)
/** Packages are downloaded. */
vi.setConfig({ testTimeout: 300_000 })
const sharedCache = join(tmpdir(), 'naru-acceptance-cache')
const credentials = { username: 'naru', password: 'secret' }
const PASSWORD = `it's "quoted"`
let dir: string
let registry: Registry

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-servers-'))
  registry = await openRegistry({
    dir: join(dir, 'registry'),
    listen: { host: '127.0.0.1', port: 0 },
    credentials,
    logger: silentLogger,
    clock: systemClock,
  })
})

afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const build = (name: string, cacheDir = sharedCache): Promise<BuiltServerImage> =>
  buildServerImage({
    name,
    cacheDir,
    registry: { address: registry.url, credentials },
    env: process.env,
    signal: new AbortController().signal,
    onProgress: () => {},
  })

interface Unpacked {
  root: string
  env: string[]
  command: string[]
  stopSignal: string
}

/** What a runtime makes of the image: its files, and what it says of how it is started. */
async function unpack(name: string): Promise<Unpacked> {
  const authorization = { authorization: `Basic ${Buffer.from('naru:secret').toString('base64')}` }
  const get = async (path: string) =>
    fetch(`${registry.url}/v2/naru-servers/${name}/${path}`, {
      headers: { ...authorization, accept: 'application/vnd.oci.image.manifest.v1+json' },
    })
  const manifest = (await (await get('manifests/latest')).json()) as {
    config: { digest: string }
    layers: { digest: string }[]
  }
  const { config } = (await (await get(`blobs/${manifest.config.digest}`)).json()) as {
    config: { Env: string[]; Entrypoint: string[]; StopSignal?: string; User: string }
  }
  expect(config.User).toBe('65532:65532')
  const root = join(dir, `root-${name}`)
  await mkdir(root)
  for (const { digest } of manifest.layers) {
    const blob = await readFile(join(sharedCache, 'layers', 'blobs', digest.slice(7)))
    const child = spawn('sh', ['-c', `zstd -dc | tar -x -C ${root}`], { stdio: ['pipe', 'inherit', 'inherit'] })
    child.stdin?.end(blob)
    expect(await once(child, 'close')).toEqual([0, null])
  }
  for (const folder of ['proc', 'dev', 'tmp', 'data']) await mkdir(join(root, folder), { recursive: true })
  // Kubernetes gives containers this file.
  await writeFile(join(root, 'etc', 'hosts'), '127.0.0.1 localhost\n')
  return { root, env: config.Env, command: config.Entrypoint, stopSignal: config.StopSignal ?? 'SIGTERM' }
}

class Server implements AsyncDisposable {
  readonly image: Unpacked
  readonly child: ChildProcess
  log = ''

  constructor(image: Unpacked, volume: string, variables: Record<string, string>) {
    const { root, env, command } = image
    const mounts = [
      'ip link set lo up',
      `mount -t proc proc ${root}/proc`,
      `mount --rbind /dev ${root}/dev`,
      `mount -t tmpfs -o mode=1777 tmpfs ${root}/tmp`,
      `mount --bind ${volume} ${root}/data`,
      `exec chroot --userspec=65532:65532 ${root} /usr/bin/env -i "$@"`,
    ]
    const settings = [...env, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)]
    this.image = image
    this.child = spawn(
      'unshare',
      [
        '--net',
        '--mount',
        '--pid',
        '--fork',
        '--kill-child',
        '--propagation',
        'private',
        'sh',
        '-ec',
        mounts.join('\n'),
        'sh',
        ...settings,
        ...command,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text))
  }

  /** The first process of the server's namespaces. */
  async #pid(): Promise<string> {
    const children = await readFile(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8')
    const [pid] = children.split(' ')
    if (pid === undefined || pid === '') throw new Error('the server has ended')
    return pid
  }

  /** Runs a client of the image beside the server. */
  async client(script: string): Promise<string> {
    const pid = await this.#pid()
    const { stdout } = await run('nsenter', [
      `--target=${pid}`,
      '--net',
      '--mount',
      '--pid',
      `--root=/proc/${pid}/root`,
      '--wdns=/',
      '--setuid=65532',
      '--setgid=65532',
      '/usr/bin/env',
      '-i',
      ...this.image.env,
      'HOME=/tmp',
      'sh',
      '-c',
      script,
    ])
    return stdout.trim()
  }

  async answers(script: string, expected: unknown): Promise<void> {
    await expect
      .poll(() => this.client(script).catch((error: unknown) => `${String(error)}\n${this.log.slice(-2000)}`), {
        timeout: 90_000,
        interval: 250,
      })
      .toEqual(expected)
  }

  async end(signal: string = this.image.stopSignal): Promise<unknown> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode
    const closed = once(this.child, 'close')
    process.kill(Number(await this.#pid()), signal)
    return (await closed)[0]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }
}

/** A zip archive of one file, stored as it is. Source: PKWARE's APPNOTE, 4.3. */
function archiveOf(name: string, content: string): Buffer {
  const common = Buffer.alloc(26)
  common.writeUInt16LE(10, 0)
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name + content)])
  const directory = Buffer.concat([Buffer.from('PK\x01\x02\x0a\0'), common, Buffer.alloc(14), Buffer.from(name)])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, directory, end])
}

async function volume(): Promise<string> {
  const folder = await mkdtemp(join(dir, 'volume-'))
  await chown(folder, 65_532, 65_532)
  return folder
}

it('postgres keeps its rows over a kill and a stop, and lets nobody in without the password', async () => {
  const built = await build('postgres')
  expect(built.image).toBe(`registry.naru.localhost/naru-servers/postgres@${built.digest}`)
  const image = await unpack('postgres')
  const data = await volume()
  const variables = { POSTGRES_PASSWORD: PASSWORD, POSTGRES_DB: 'shop' }
  const psql = (sql: string, password = PASSWORD) =>
    `PGPASSWORD=$(cat <<'P'\n${password}\nP\n) psql -h 127.0.0.1 -U app -d shop -Atc "${sql}"`
  {
    await using server = new Server(image, data, variables)
    await server.answers(psql('select 1'), '1')
    await server.client(psql('create table orders (id int); insert into orders values (7)'))
    await expect(server.client(psql('select 1', 'wrong'))).rejects.toThrow(/password authentication failed/)
    await server.end('SIGKILL')
  }
  await using server = new Server(image, data, variables)
  await server.answers(psql('select id from orders'), '7')
  expect(await server.end()).toBe(0)
  expect(server.log).toMatch(/fast shutdown request/)
})

it('gives the same bytes from another cache', async () => {
  expect((await build('redis', join(dir, 'cache'))).digest).toBe((await build('redis')).digest)
})

it('redis keeps its keys over a kill', async () => {
  await build('redis')
  const image = await unpack('redis')
  const data = await volume()
  const redis = (command: string) => `REDISCLI_AUTH=$(cat <<'P'\n${PASSWORD}\nP\n) redis-cli -h 127.0.0.1 ${command}`
  {
    await using server = new Server(image, data, { REDIS_PASSWORD: PASSWORD })
    await server.answers(redis('ping'), 'PONG')
    expect(await server.client(redis('set ship naru'))).toBe('OK')
    expect(await server.client('redis-cli -h 127.0.0.1 get ship')).toMatch(/NOAUTH/)
  }
  await using server = new Server(image, data, { REDIS_PASSWORD: PASSWORD })
  await server.answers(redis('get ship'), 'naru')
  expect(await server.end()).toBe(0)
})

it('mariadb keeps its rows over a stop', async () => {
  await build('mariadb')
  const image = await unpack('mariadb')
  const data = await volume()
  const variables = { MARIADB_PASSWORD: PASSWORD, MARIADB_DATABASE: 'shop' }
  const sql = (text: string) =>
    `MYSQL_PWD=$(cat <<'P'\n${PASSWORD}\nP\n) mariadb -h 127.0.0.1 --protocol=tcp -u app -N -B shop -e "${text}"`
  {
    await using server = new Server(image, data, variables)
    await server.answers(sql('select 1'), '1')
    await server.client(sql('create table orders (id int); insert into orders values (7)'))
    expect(await server.client('mariadb -N -B -e "select current_user()"')).toBe('app@localhost')
    expect(await server.end()).toBe(0)
  }
  await using server = new Server(image, data, variables)
  await server.answers(sql('select id from orders'), '7')
})

it('mosquitto gives retained messages to who knows the password', async () => {
  await build('mosquitto')
  await using server = new Server(await unpack('mosquitto'), await volume(), { MOSQUITTO_PASSWORD: PASSWORD })
  const auth = `-h 127.0.0.1 -u app -P "$(cat <<'P'\n${PASSWORD}\nP\n)"`
  await server.answers(`mosquitto_pub ${auth} -t ship -m naru -r && echo sent`, 'sent')
  expect(await server.client(`mosquitto_sub ${auth} -t ship -C 1 -W 10`)).toBe('naru')
  await expect(server.client('mosquitto_pub -h 127.0.0.1 -t ship -m x')).rejects.toThrow(/not authorised/)
})

it('memcached and nats answer their protocols', async () => {
  await build('memcached')
  await using cache = new Server(await unpack('memcached'), await volume(), {})
  await cache.answers(
    "printf 'set ship 0 0 4\\r\\nnaru\\r\\nget ship\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | tr -d '\\r'",
    'STORED\nVALUE ship 0 4\nnaru\nEND',
  )
  await build('nats')
  await using broker = new Server(await unpack('nats'), await volume(), { NATS_PASSWORD: PASSWORD })
  const connect = (password: string) =>
    `(printf 'CONNECT %s\\r\\nPING\\r\\n' '${JSON.stringify({ verbose: false, user: 'app', pass: password }).replaceAll("'", String.raw`'\''`)}'; sleep 1) | nc 127.0.0.1 4222 | tail -1 | tr -d '\\r'`
  await broker.answers(connect(PASSWORD), 'PONG')
  expect(await broker.client(connect('wrong'))).toBe("-ERR 'Authorization Violation'")
  expect(await broker.client('wget -qO- http://127.0.0.1:8222/healthz')).toBe('{"status":"ok"}')
})

it('rabbitmq keeps its users and says it runs', async () => {
  await build('rabbitmq')
  await using server = new Server(await unpack('rabbitmq'), await volume(), { RABBITMQ_PASSWORD: PASSWORD })
  await server.answers('HOME=/data/rabbitmq rabbitmqctl -q await_startup --timeout 20 && echo up', 'up')
  await server.answers(
    `HOME=/data/rabbitmq rabbitmqctl authenticate_user app "$(cat <<'P'\n${PASSWORD}\nP\n)" | tail -1`,
    'Success',
  )
})

it('tomcat serves a war file', async () => {
  await build('tomcat')
  const image = await unpack('tomcat')
  const app = await mkdtemp(join(dir, 'war-'))
  await writeFile(join(app, 'a.war'), archiveOf('index.jsp', '<%= 6 * 7 %>'))
  await run('sh', ['-c', `mkdir -p ${image.root}/app && cp ${app}/a.war ${image.root}/app/`])
  await using server = new Server(image, await volume(), {})
  await server.answers('wget -qO- http://127.0.0.1:8080/', '42')
  expect(await server.end()).toBe(143)
})
