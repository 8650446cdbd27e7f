/** The proxies that are compared: ours as the engine runs it, the others as processes of one thread each. All keep
 *  connections to the backend, tell it who asked, how and for what host, and write a line a request to a file. Each has a
 *  port for HTTP and one for HTTPS, the others with one certificate, of the same sort as ours makes. */
import { readFile, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { openHostAuthority } from '../../src/certificates/index.ts'
import { systemClock } from '../../src/lib/index.ts'
import { naruProcesses } from '../../test/acceptance/harness/processes.ts'
import { eventually, mustRun, runCommand } from '../../test/acceptance/harness/command.ts'
import { openInstallation } from '../../test/acceptance/harness/installation.ts'
import { openProgram } from '../../test/sides/program.ts'
import { freePort } from '../../test/sides/side.ts'

export interface Proxy {
  name: string
  ports: Ports
  pids: readonly number[]
}

export type Ports = Record<'http' | 'https', number>

interface Place {
  /** For configuration and logs. */
  folder: string
  ports: Ports
  /** `address:port` */
  backend: string
  certificate: CertificateFiles
}

interface CertificateFiles {
  certificate: string
  key: string
  /** The one after the other. */
  both: string
}

interface Peer {
  name: string
  package: string
  versionArguments: readonly string[]
  /** Arguments, after the configuration has been written. */
  configure(place: Place): Promise<string[]>
  env?: NodeJS.ProcessEnv
}

export const HOST = 'bench.localhost'
/** What the backend answers with: a small text at `/`, 64 KiB at `/large`. */
export const LARGE_BYTES = 64 * 1024
const IDLE_CONNECTIONS = 128

const peers: readonly Peer[] = [
  {
    name: 'nginx',
    package: 'nginx-light',
    versionArguments: ['-v'],
    async configure({ folder, ports, backend, certificate }) {
      const server = `upstream app { server ${backend}; keepalive ${IDLE_CONNECTIONS}; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${ports.http};
    listen 127.0.0.1:${ports.https} ssl;
    ssl_certificate ${certificate.certificate};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host;
    }
  }`
      return nginxArguments(folder, 'nginx', `access_log ${join(folder, 'nginx.access.log')};\n  ${server}`)
    },
  },
  {
    name: 'haproxy',
    package: 'haproxy',
    versionArguments: ['-v'],
    async configure({ folder, ports, backend, certificate }) {
      const path = join(folder, 'haproxy.cfg')
      await writeFile(
        path,
        `global
  nbthread 1
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  option http-keep-alive
  option forwardfor
  http-reuse always
  timeout connect 3s
  timeout client 75s
  timeout server 300s
frontend bench
  bind 127.0.0.1:${ports.http}
  bind 127.0.0.1:${ports.https} ssl crt ${certificate.both}
  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]
  default_backend app
backend app
  server app ${backend}
`,
      )
      return ['-db', '-f', path]
    },
  },
  {
    name: 'caddy',
    package: 'caddy',
    versionArguments: ['version'],
    async configure({ folder, ports, backend, certificate: { certificate, key } }) {
      const path = join(folder, 'caddy.json')
      const writer = { output: 'file', filename: join(folder, 'caddy.access.log') }
      const transport = { protocol: 'http', keep_alive: { max_idle_conns_per_host: IDLE_CONNECTIONS } }
      const handler = { handler: 'reverse_proxy', upstreams: [{ dial: backend }], transport }
      const common = { automatic_https: { disable: true }, logs: {}, routes: [{ handle: [handler] }] }
      const servers = {
        http: { ...common, listen: [`127.0.0.1:${ports.http}`] },
        https: { ...common, listen: [`127.0.0.1:${ports.https}`], tls_connection_policies: [{}] },
      }
      const tls = { certificates: { load_files: [{ certificate, key }] } }
      const logs = { default: { level: 'ERROR' }, access: { include: ['http.log.access'], writer } }
      const config = { admin: { disabled: true }, logging: { logs }, apps: { tls, http: { servers } } }
      await writeFile(path, JSON.stringify(config))
      return ['run', '--config', path]
    },
    env: { GOMAXPROCS: '1' },
  },
]

/** A server that costs little itself, at an address that an EndpointSlice may have; gives its `address:port`. */
export async function openBackend(stack: AsyncDisposableStack, folder: string): Promise<string> {
  const address = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  if (address === undefined) throw new Error('this machine has no IPv4 address but its loopback: backends need one')
  const backend = `${address}:${await freePort()}`
  await writeFile(join(folder, 'large'), 'x'.repeat(LARGE_BYTES), { mode: 0o644 })
  const server = `server {
    listen ${backend} backlog=1024;
    root ${folder};
    location = / { default_type text/plain; return 200 "Hello from a backend\\n"; }
  }`
  const args = await nginxArguments(folder, 'backend', `access_log off;\n  sendfile on;\n  tcp_nopush on;\n  ${server}`)
  stack.use(await openProgram('nginx', args, { log: join(folder, 'backend.log') }))
  await untilServed(`http://${backend}`)
  return backend
}

/** The edge of an engine of its own, with a route to the backend. */
export async function openOurs(stack: AsyncDisposableStack, folder: string, backend: string): Promise<Proxy> {
  const ports = await freePorts()
  const env = {
    NARU_RUNTIME: 'process',
    NARU_API_PORT: String(await freePort()),
    NARU_GATEWAY_PORT: String(ports.http),
    NARU_HTTPS_PORT: String(ports.https),
  }
  const naru = stack.use(await openInstallation({ parent: folder, env }))
  await naru.mustNaru('up')
  const [address = '', backendPort] = backend.split(':')
  const metadata = { name: 'bench', namespace: 'default' }
  const served = [{ name: 'http', port: Number(backendPort), protocol: 'TCP' }]
  await naru.apply(
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: served } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'bench' } },
      addressType: 'IPv4',
      ports: served,
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        rules: [
          {
            host: HOST,
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'bench', port: { number: Number(backendPort) } } },
                },
              ],
            },
          },
        ],
      },
    },
  )
  await untilBothServed(ports)
  const edge = (await naruProcesses(naru.stateDir)).filter(({ role }) => role === 'edge')
  return { name: 'ours', ports, pids: edge.map(({ pid }) => pid) }
}

/** Those that are installed; `say` hears of the others. */
export async function openPeers(
  stack: AsyncDisposableStack,
  { folder, backend, say }: { folder: string; backend: string; say: (line: string) => void },
): Promise<Proxy[]> {
  const opened: Proxy[] = []
  const certificate = await writeCertificate(folder)
  for (const peer of peers) {
    const version = await runCommand(peer.name, peer.versionArguments).catch(() => undefined)
    if (version?.code !== 0) {
      say(`${peer.name} is missing: it is left out; apt-get install ${peer.package} brings it`)
      continue
    }
    const [number = ''] = /\d+(\.\d+)+/.exec(version.stdout + version.stderr) ?? []
    const ports = await freePorts()
    const args = await peer.configure({ folder, ports, backend, certificate })
    const log = join(folder, `${peer.name}.log`)
    const program = stack.use(await openProgram(peer.name, args, { log, env: { ...process.env, ...peer.env } }))
    await untilBothServed(ports).catch(async (cause: unknown) => {
      throw new Error(`${peer.name} does not serve: ${(await readFile(log, 'utf8')).slice(-1000)}`, { cause })
    })
    opened.push({ name: `${peer.name} ${number}`, ports, pids: [program.pid] })
  }
  return opened
}

/** One process, which neither becomes a daemon nor starts a worker. */
async function nginxArguments(folder: string, name: string, http: string): Promise<string[]> {
  const path = join(folder, `${name}.conf`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, `${name}-${kind}`)};`)
    .join(' ')
  await writeFile(
    path,
    `daemon off;
master_process off;
pid ${join(folder, `${name}.pid`)};
error_log ${join(folder, `${name}.error.log`)};
events { worker_connections 2048; }
http {
  ${temporary}
  keepalive_requests 100000000;
  ${http}
}
`,
  )
  return ['-c', path, '-p', folder]
}

const freePorts = async (): Promise<Ports> => ({ http: await freePort(), https: await freePort() })

/** As the gateway makes one and shows it to the load generator, which asks for an address. */
async function writeCertificate(folder: string): Promise<CertificateFiles> {
  const { certPem, keyPem } = (await openHostAuthority(join(folder, 'authority'), systemClock)).fallback
  const files = {
    certificate: join(folder, 'bench.crt'),
    key: join(folder, 'bench.key'),
    both: join(folder, 'bench.pem'),
  }
  await writeFile(files.certificate, certPem)
  await writeFile(files.key, keyPem, { mode: 0o600 })
  await writeFile(files.both, `${certPem}\n${keyPem}`, { mode: 0o600 })
  return files
}

async function untilBothServed({ http, https }: Ports): Promise<void> {
  await untilServed(`http://127.0.0.1:${http}`)
  await untilServed(`https://127.0.0.1:${https}`)
}

/** The load generator looks at no certificate either. */
async function untilServed(address: string): Promise<void> {
  const ask = () => mustRun('curl', ['-sS', '--fail', '--insecure', '-H', `Host: ${HOST}`, `${address}/`])
  await eventually(`${address} answers`, async () => (await ask()).includes('Hello'))
}
