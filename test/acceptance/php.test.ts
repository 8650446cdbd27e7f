/** A PHP app with a package of a private repository: built, the same again, and served as a pod would have it. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ImageBuilds, openImageBuilds } from './harness/image-builds.ts'

const run = promisify(execFile)
const PORT = 18392
const url = `http://127.0.0.1:${PORT}`
const password = 'of-the-repository'

let builds: ImageBuilds
let repository: Server
let env: NodeJS.ProcessEnv
let root: string

beforeAll(async () => {
  builds = await openImageBuilds()
  repository = await openRepository()
  env = { ...process.env, COMPOSER_HOME: await writeSettings() }
})
afterAll(async () => {
  repository?.close()
  await builds?.[Symbol.asyncDispose]()
})

async function write(folder: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(builds.dir, folder, path)), { recursive: true })
    await writeFile(join(builds.dir, folder, path), text)
  }
  return join(builds.dir, folder)
}

/** Gives its one package to who has the password. */
async function openRepository(): Promise<Server> {
  const greeter = "<?php\nnamespace Acme;\nfinal class Greeter { static function greet() { return 'of Acme'; } }\n"
  const folder = await write('greeter', { 'src/Greeter.php': greeter, LICENSE: '' })
  const archive = join(builds.dir, 'greeter.tar')
  await run('tar', ['-cf', archive, '-C', folder, 'src', 'LICENSE'])
  const expected = `Basic ${Buffer.from(`acme:${password}`).toString('base64')}`
  const archived = await readFile(archive)
  const server = createServer(({ headers, url: path }, response) => {
    const greeterPackage = {
      name: 'acme/greeter',
      version: '1.0.0',
      require: { 'ext-intl': '*' },
      autoload: { 'psr-4': { 'Acme\\': 'src/' } },
      dist: { type: 'tar', url: `http://${headers.host}/greeter.tar` },
    }
    if (headers.authorization !== expected) response.writeHead(401).end()
    else if (path === '/greeter.tar') response.end(archived)
    else if (path === '/packages.json')
      response.end(JSON.stringify({ packages: { 'acme/greeter': { '1.0.0': greeterPackage } } }))
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The user's own config.json and auth.json. */
function writeSettings(): Promise<string> {
  const host = `127.0.0.1:${(repository.address() as AddressInfo).port}`
  const config = {
    config: { 'secure-http': false },
    repositories: [{ type: 'composer', url: `http://${host}` }, { 'packagist.org': false }],
  }
  const auth = { 'http-basic': { [host]: { username: 'acme', password } } }
  return write('composer-home', { 'config.json': JSON.stringify(config), 'auth.json': JSON.stringify(auth) })
}

const INDEX = `<?php
require __DIR__ . '/../vendor/autoload.php';
header('Content-Type: text/plain');
switch ($_SERVER['REQUEST_URI']) {
    case '/fails':
        throw new RuntimeException('secret of the app');
    case '/ends':
        // Under way until the server takes no more connections.
        echo 'wh';
        flush();
        while ($connection = @fsockopen('127.0.0.1', ${PORT})) fclose($connection);
        exit("ole\\n");
    default:
        error_log('noted: ' . $_SERVER['REQUEST_URI']);
        echo Acme\\Greeter::greet(), ' for ', $_SERVER['REMOTE_ADDR'], extension_loaded('intl') ? '' : ' without intl', "\\n";
}
`

it('gets its packages by the user`s settings, of which nothing is in the image, and the same bytes again', async () => {
  const app = await write('app', {
    'composer.json': '{ "require": { "acme/greeter": "^1", "ext-intl": "*" } }',
    'public/index.php': INDEX,
    'public/style.css': 'p { color: red }',
  })
  const first = await builds.build(app, { env })
  expect(first.layers.map(({ role }) => role)).toEqual(['base', 'runtime', 'dependencies', 'app'])
  await rm(join(builds.cacheDir, 'layers'), { recursive: true })
  const again = await builds.build(app, { env })
  expect(again.layers.every(({ reused }) => !reused)).toBe(true)
  expect(again.digest).toBe(first.digest)
  root = await builds.unpack('app')
  expect((await run('find', [join(root, 'app/vendor/acme')])).stdout).toContain('Greeter.php')
  const secrets = await run('grep', ['-rl', password, join(root, 'app'), join(root, 'home'), join(root, 'tmp')]).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  )
  expect(secrets.stdout).toBe('')
})

it('does not let a package be what Composer has at hand: the user`s passwords', async () => {
  const dist = { type: 'path', url: '/tmp/composer' }
  const thief = { name: 'a/thief', version: '1.0.0', dist, 'transport-options': { symlink: false } }
  const app = await write('thief', {
    'composer.json': JSON.stringify({
      require: { 'a/thief': '*', 'ext-intl': '*' },
      repositories: [{ type: 'package', package: thief }],
    }),
    'public/index.php': INDEX,
  })
  await expect(builds.build(app, { env })).rejects.toMatchObject({
    reason: 'ComposerJsonInvalid',
    message: expect.stringContaining('"a/thief" comes from "/tmp/composer"'),
  })
})

it('serves as an ordinary user with nothing to write to but /tmp, and ends when the last request is answered', async () => {
  const variables = { PATH: '/usr/local/bin:/usr/bin:/bin', PORT: `${PORT}`, PHP_INI_SCAN_DIR: '/usr/local/etc/php' }
  // As a container has: a user, processes and, since Apache ends its process group, a session of its own.
  const user =
    '--unshare-user --uid 65532 --gid 65532 --unshare-pid --as-pid-1 --new-session --die-with-parent --clearenv'
  const mounts = `--ro-bind ${root} / --proc /proc --dev /dev --perms 1777 --tmpfs /tmp --chdir /app`
  const settings = Object.entries(variables).map(([name, value]) => `--setenv ${name} ${value}`)
  const server = spawn(
    'bwrap',
    [user, mounts, ...settings, '--info-fd 3 /usr/local/bin/naru-php public'].join(' ').split(' '),
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  )
  const closed = once(server, 'close')
  let output = ''
  for (const stream of [server.stdout, server.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text))
  let info = ''
  server.stdio[3]?.on('data', (text) => (info += String(text)))
  try {
    const statusOf = () =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(statusOf, { timeout: 20_000 }).toBe(200)

    const elsewhere = await fetch(`${url}/any/page`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect([elsewhere.status, await elsewhere.text()]).toEqual([200, 'of Acme for 203.0.113.7\n'])

    const style = await fetch(`${url}/style.css`)
    const etag = style.headers.get('etag') ?? ''
    expect([style.headers.get('content-type'), style.headers.get('last-modified')]).toEqual([
      expect.stringMatching(/^text\/css/),
      null,
    ])
    expect((await fetch(`${url}/style.css`, { headers: { 'if-none-match': etag } })).status).toBe(304)

    const failed = await fetch(`${url}/fails`)
    expect([failed.status, await failed.text()]).toEqual([500, ''])
    for (const line of [
      /^error: .*secret of the app/m,
      /^notice: noted: \/any\/page/m,
      /^203\.0\.113\.7 "GET \/any\/page HTTP\/1\.1" 200/m,
    ])
      await expect.poll(() => output, { timeout: 10_000 }).toMatch(line)

    const last = await fetch(`${url}/ends`)
    process.kill((JSON.parse(info) as { 'child-pid': number })['child-pid'], 'SIGTERM')
    expect(await last.text()).toBe('whole\n')
    expect(await closed).toEqual([0, null])
  } finally {
    server.kill('SIGKILL')
    await closed
  }
})
