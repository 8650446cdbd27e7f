/** HTTPS: certificates of Naru's own authority and of others, to clients as people have them. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation, repository } from './harness/installation.ts'

/** Says how it was asked; to a WebSocket it says "hello" in a frame of its own. */
const SERVER = `
const { createHash } = require('node:crypto')
const server = require('node:http').createServer((request, response) => response.end(JSON.stringify(request.headers)))
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n' +
    'Sec-WebSocket-Accept: ' + accept.digest('base64') + '\\r\\n\\r\\n')
  const text = 'hello ' + request.headers['x-forwarded-proto']
  socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]))
})
server.listen(process.env.PORT)
`
const HOST = 'secure.localhost'
const GIVEN_HOST = 'shop.example.com'

let naru: Installation
/** The app's, by HTTPS. */
let origin: string
let port: number
let ca: string

beforeAll(async () => {
  naru = await openInstallation()
  const folder = join(naru.root, 'src', 'secure')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'secure', main: 'server.js' }))
  await writeFile(join(folder, 'server.js'), SERVER)
  await naru.deploy(folder, '--name', 'secure')
  const { secureUrl } = (await naru.engine()).gateway
  origin = secureUrl.replace('localhost', HOST)
  port = Number(new URL(secureUrl).port || 443)
  ca = join(naru.stateDir, 'certificates', 'hosts', 'ca.crt')
})
afterAll(() => naru[Symbol.asyncDispose]())

/** curl's exit code, the version of HTTP with the status, and the body. */
async function curl(url: string, ...args: string[]) {
  const resolve = ['--resolve', `${GIVEN_HOST}:${port}:127.0.0.1`]
  const flags = ['-sS', '-w', '\n%{http_version} %{http_code} %{redirect_url}', '--max-time', '20']
  const { code, stdout, stderr } = await runCommand('curl', [...flags, ...resolve, ...args, url], { env: naru.env })
  const lines = stdout.split('\n')
  return { code, stderr, answer: lines.at(-1)?.trim(), body: lines.slice(0, -1).join('\n') }
}
const secure = (...args: string[]) => curl(`${origin}/`, '--cacert', ca, ...args)

test('an app answers by HTTPS over HTTP/2 and HTTP/1.1 to who trusts its authority, and to nobody else', async () => {
  const second = await eventually('HTTPS answers', async () => {
    const asked = await secure('--http2')
    return asked.answer === '2 200' && asked
  })
  expect(JSON.parse(second.body)).toMatchObject({ host: new URL(origin).host, 'x-forwarded-proto': 'https' })
  expect(await secure('--http1.1')).toMatchObject({ code: 0, answer: '1.1 200' })
  const stranger = await curl(`${origin}/`, '--cacert', '/dev/null', '--capath', '/dev/null')
  expect(stranger.code).not.toBe(0)
})

test('a WebSocket is carried over TLS', async () => {
  const options = { servername: HOST, headers: { host: HOST }, ca: await readFile(ca) }
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, options)
  const message = new Promise<string>((resolve, reject) => {
    socket.on('message', (data: Buffer) => resolve(data.toString()))
    socket.on('error', reject)
  })
  expect(await message).toBe('hello https')
  socket.terminate()
})

test('naru trust makes curl and a browser believe it, without being told the authority, and takes that back', async () => {
  const nssdb = join(naru.root, '.pki', 'nssdb')
  await mkdir(nssdb, { recursive: true })
  await mustRun('certutil', ['-N', '-d', `sql:${nssdb}`, '--empty-password'])
  // The stores of this machine are left alone: these are copies, seen by this script and what it starts. As root Chromium
  // runs without a sandbox or not at all.
  const script = `
    set -e
    cp -a /etc/ssl "$1/ssl"; mount --bind "$1/ssl" /etc/ssl
    cp -a /usr/local/share/ca-certificates "$1/authorities"; mount --bind "$1/authorities" /usr/local/share/ca-certificates
    ask() { env -u SSL_CERT_FILE -u CURL_CA_BUNDLE curl -sS -o /dev/null -w '%{http_code}\n' "$2" 2>&1 || echo "curl $?"; }
    browse() { chromium --headless --no-sandbox --dump-dom "$2" 2>&1 | sed -n "/net::/p; /<pre/p"; }
    browse "$@"
    "$3" trust >&2
    echo ---; ask "$@"; certutil -L -d "sql:$4"; browse "$@"
    "$3" trust --remove >&2
    echo ---; ask "$@"; certutil -L -d "sql:$4"; ls /usr/local/share/ca-certificates; browse "$@"`
  const args = [naru.root, `${origin}/`, join(repository, 'bin/naru'), nssdb]
  const said = await mustRun('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...args], {
    env: naru.env,
  })
  const [before, trusted, after] = said.split('---\n')
  const page = /<pre[^>]*>\{"host":"secure\.localhost/
  expect(before).toMatch(/net::ERR_CERT_AUTHORITY_INVALID/)
  expect(before).not.toMatch(page)
  expect(trusted).toMatch(/^200\n/)
  expect(trusted).toMatch(/Naru apps [0-9a-f]{32}\s+C,,/)
  expect(trusted).toMatch(page)
  expect(after).toMatch(/^curl 60$/m)
  expect(after).not.toMatch(/naru apps/i)
  expect(after).toMatch(/net::ERR_CERT_AUTHORITY_INVALID/)
  expect(after).not.toMatch(page)
})

test('a certificate that is given is shown for its host once it has been looked at', async () => {
  const at = (name: string) => join(naru.root, name)
  const make = (name: string, host: string) =>
    mustRun(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 10 -subj /CN=${host}
       -addext subjectAltName=DNS:${host} -keyout ${at(name)}.key -out ${at(name)}.crt`.split(/\s+/),
    )
  await Promise.all([make('shop', GIVEN_HOST), make('other', 'other.example.com')])
  const add = (cert: string, key: string) =>
    naru.naru('route', 'add', GIVEN_HOST, '--app', 'secure', '--cert', at(cert), '--key', at(key))
  const wrongHost = await add('other.crt', 'other.key')
  expect(wrongHost).toMatchObject({ code: 1, stderr: expect.stringContaining(`is not for ${GIVEN_HOST}`) })
  const wrongKey = await add('shop.crt', 'other.key')
  expect(wrongKey).toMatchObject({ code: 1, stderr: expect.stringContaining('is not the key of') })
  expect(await naru.kubectl('get', 'secrets', '-o', 'name')).not.toContain('tls')

  const taken = await add('shop.crt', 'shop.key')
  expect(taken.stderr).toMatch(/ends on \d{4}-\d\d-\d\d/)
  expect(taken.stdout).toMatch(/shop\.example\.com +the app +certificate given/)
  await eventually('the certificate is shown', async () => {
    const asked = await curl(`https://${GIVEN_HOST}:${port}/`, '--cacert', at('shop.crt'))
    return asked.answer === '2 200'
  })
  await naru.kubectl('wait', '--for=condition=Programmed', 'gateway/secure', '--timeout=30s')

  await naru.mustNaru('route', 'remove', GIVEN_HOST, '--app', 'secure')
  await eventually('it is shown no more', async () => {
    const asked = await curl(`https://${GIVEN_HOST}:${port}/`, '--cacert', at('shop.crt'))
    return asked.code === 60
  })
  expect(await naru.kubectl('get', 'secrets', '-o', 'name')).not.toContain('tls')
})

test('who comes by HTTP is sent to HTTPS when the app wants that', async () => {
  const { gateway } = await naru.engine()
  const http = `http://${HOST}:${gateway.port}/a?b`
  expect((await curl(http)).answer).toBe('1.1 200')
  await naru.mustNaru('route', 'force-https', '--app', 'secure')
  await eventually('HTTP redirects', async () => {
    const { answer } = await curl(http)
    return answer === `1.1 302 ${origin}/a?b`
  })
  expect((await secure()).answer).toBe('2 200')
  expect(await naru.mustNaru('apps')).toContain(origin)
  await naru.mustNaru('route', 'force-https', 'off', '--app', 'secure')
  await eventually('HTTP answers again', async () => (await curl(http)).answer === '1.1 200')
})
