/** Two apps with the same names in two namespaces, and somebody who may do everything in one of these and nothing in the
 *  other: with every command of naru, with kubectl, and by all that an app of theirs can name. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, k8s } from '../../src/api/index.ts'
import { COMMAND_NAMES, type CommandName } from '../../src/cli/command-table/command-spec.ts'
import { eventually, mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { type NamespaceUser, openNamespaceUser } from './harness/namespace-user.ts'

/** What only `ann`'s app knows. */
const SECRET = 'swordfish-of-ann'

/** What each command is asked of the app `shop`, in the namespace that is not theirs. */
const ASKED: Partial<Record<CommandName, string[]>> = {
  apps: [],
  ps: ['shop'],
  releases: ['shop'],
  rollback: ['shop', 'v1'],
  traffic: ['shop', 'latest=100'],
  route: ['add', 'taken.example.com', '--app', 'shop'],
  maintenance: ['on', '--app', 'shop'],
  cron: ['add', 'nightly', '0 3 * * *', '--app', 'shop', '--', 'true'],
  env: ['set', 'A=b', '--app', 'shop'],
  add: ['external', '--as', 'other', '--app', 'shop', '-p', 'host=example.com'],
  resources: [],
  remove: ['db', '--yes'],
  db: ['dump', 'db'],
  scale: ['shop', 'web=2'],
  restart: ['shop'],
  run: ['--app', 'shop', '--', 'true'],
  exec: ['--app', 'shop', '--', 'env'],
  cp: [':/etc/passwd', '.', '--app', 'shop'],
  'port-forward': ['0:8080', '--app', 'shop'],
  logs: ['shop'],
  open: ['shop'],
  delete: ['shop', '--yes'],
  why: ['db-0'],
}
/** Of the machine and the engine, not of a namespace; `deploy` is for the embedded engine's own user. */
const NOT_OF_A_NAMESPACE: readonly string[] = [
  'init',
  'deploy',
  'render',
  'up',
  'down',
  'status',
  'backup',
  'restore',
  'doctor',
  'kubeconfig',
  'trust',
  'completion',
  'version',
]

describe('two apps with the same names, in two namespaces', () => {
  let naru: Installation
  let bob: NamespaceUser
  const urls: Record<string, string> = {}

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
    await naru.mustNaru('up')
    const folder = await naru.copyOf('test/acceptance/programs/rows', 'shop')
    for (const namespace of ['ann', 'bob']) {
      await naru.kubectl('create', 'namespace', namespace)
      await naru.mustNaru('add', 'postgres', '--as', 'db', '--app', 'shop', '-n', namespace)
      await naru.mustNaru('env', 'set', `TOKEN=${SECRET.replace('ann', namespace)}`, '--app', 'shop', '-n', namespace)
      urls[namespace] = await naru.deploy(folder, '--name', 'shop', '-n', namespace)
    }
    bob = await openNamespaceUser(naru, { name: 'bob', namespace: 'bob', role: 'admin' })
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const ask = async (namespace: string, path: string, ...args: string[]) =>
    mustRun('curl', ['-sS', '--fail-with-body', '--max-time', '8', ...args, `${urls[namespace]}${path}`])
  const rows = async (namespace: string) => JSON.parse(await ask(namespace, '/rows')) as number[]
  /** What a program prints in bob's app. */
  const inBobsApp = async (script: string): Promise<string> => {
    const { stdout, stderr } = await bob.naru('exec', '--app', 'shop', '--', 'node', '-e', script)
    return (stdout + stderr).trim()
  }
  /** Nothing of what bob sees may be ann's. */
  const isSilent = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
    expect(`${stdout}${stderr}`).not.toMatch(new RegExp(`${SECRET}|shop-v1|shop\\.ann|postgres|TOKEN|DATABASE_URL`))
  const bobs = (object: object) => bob.kubectl(['apply', '-f', '-'], JSON.stringify(object))
  const app = (name: string, spec: Partial<App['spec']>) => ({
    apiVersion: 'apps.naru.dev/v1',
    kind: 'App',
    metadata: { name, namespace: 'bob' },
    spec: { image: 'none:1', ...spec },
  })
  const conditionsOf = async (name: string) => {
    const { status } = await naru.kubectlJson<App>('get', `app/${name}`, '-n', 'bob')
    return Object.fromEntries((status?.conditions ?? []).map(({ type, ...rest }) => [type, rest]))
  }

  it('have URLs, rows and passwords of their own', async () => {
    expect(Object.values(urls).map((url) => new URL(url).hostname)).toEqual([
      'shop.ann.localhost',
      'shop.bob.localhost',
    ])
    await ask('ann', '/rows/1', '-X', 'POST')
    await ask('bob', '/rows/2', '-X', 'POST')
    expect([await rows('ann'), await rows('bob')]).toEqual([[1], [2]])
    const passwordOf = async (namespace: string) =>
      (await naru.kubectlJson<k8s.Secret>('get', 'secret/db-binding', '-n', namespace)).data?.password
    expect(await passwordOf('ann')).not.toBe(await passwordOf('bob'))
  })

  it('do not reach each other’s databases', async () => {
    const reach = (host: string) => `
      const socket = require('net').connect(5432, '${host}', () => { console.log('open'); process.exit() })
      socket.on('error', (error) => console.log(error.code)).setTimeout(3000, () => { console.log('silence'); process.exit() })`
    expect(await inBobsApp(reach('db.bob.svc'))).toBe('open')
    expect(await inBobsApp(reach('db.ann.svc'))).toBe('silence')
    const { status } = await naru.kubectlJson<k8s.Pod>('get', 'pod/db-0', '-n', 'ann')
    expect(await inBobsApp(reach(status?.podIP ?? ''))).toBe('silence')
  })

  it('are listed to bob as far as they are his', async () => {
    for (const command of ['apps', 'resources']) {
      const { code, stdout } = await bob.naru(command, '--json')
      expect([code, (JSON.parse(stdout) as { namespace: string }[]).map(({ namespace }) => namespace)]).toEqual([
        0,
        ['bob'],
      ])
    }
    const status = await bob.naru('status')
    expect([status.code, status.stdout]).toEqual([0, expect.stringMatching(/bob\/shop +ready/)])
    isSilent(status)
    expect((await bob.naru('env', 'list', '--app', 'shop')).stdout).toBe('TOKEN\n')
  })

  it('has a case for each command', () => {
    const known = new Set([...Object.keys(ASKED), ...NOT_OF_A_NAMESPACE])
    expect(COMMAND_NAMES.filter((name) => !known.has(name))).toEqual([])
  })

  it.each(Object.entries(ASKED))(
    'naru %s is refused where one has no rights, and tells nothing',
    async (name, args) => {
      const refused = await bob.naru(name, '-n', 'ann', ...args)
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toMatch(
        /^error: the Kubernetes API refused: .*is forbidden: User "system:serviceaccount:bob:bob" cannot/m,
      )
      isSilent(refused)
    },
  )

  it('kubectl reads and writes nothing there', async () => {
    const kinds = (await naru.kubectl('api-resources', '--namespaced', '--verbs=list', '-o', 'name')).trim().split('\n')
    const readable = []
    for (const kind of kinds) {
      const listed = await bob.kubectl(['get', kind, '-n', 'ann', '-o', 'yaml'])
      isSilent(listed)
      if (listed.code === 0) readable.push(kind)
    }
    expect(readable).toEqual([])
    for (const verb of ['create', 'update', 'delete', 'patch', 'impersonate'])
      expect((await bob.kubectl(['auth', 'can-i', verb, '*.*', '-n', 'ann'])).stdout.trim()).toBe('no')
  })

  it('bob’s app gets nothing of ann’s by naming it', async () => {
    const bindings = [{ resource: 'ann/db' }]
    expect((await bobs(app('bound', { bindings }))).stderr).toMatch(/spec\.bindings\[0\]\.resource/)
    expect((await bobs(app('configured', { configuration: 'ann/shop-env' }))).stderr).toMatch(/spec\.configuration/)
    const { status } = await naru.kubectlJson<App>('get', 'app/shop', '-n', 'ann')
    const image = status?.servingImage ?? ''
    await bobs(app('copied', { image }))
    await eventually('the image is refused', async () =>
      /registry\.naru\.localhost\/ann/.test((await conditionsOf('copied')).Ready?.message ?? ''),
    )
    const pods = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'apps.naru.dev/app=copied', '-n', 'bob')
    expect(pods.items).toEqual([])
  })

  it('bob’s app gets none of ann’s hosts, neither do routes that he writes himself', async () => {
    const host = 'shop.example.com'
    await naru.mustNaru('route', 'add', host, '--app', 'shop', '-n', 'ann')
    const service = { name: 'shop', port: { number: 80 } }
    const route = (name: string, hostname: string, backend: object = { name: 'shop', port: 80 }) => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name },
      spec: {
        parentRefs: [{ name: 'naru', namespace: 'naru-system' }],
        hostnames: [hostname],
        rules: [{ backendRefs: [backend] }],
      },
    })
    const ingress = (name: string, hostname: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name },
      spec: {
        rules: [{ host: hostname, http: { paths: [{ path: '/rows', pathType: 'Exact', backend: { service } }] } }],
      },
    })
    const listener = { name: 'http', port: 80, protocol: 'HTTP', hostname: host }
    const asked = {
      'spec.hosts[0]': app('squatter', { hosts: [host] }),
      'spec.routes[0].host': app('router', { routes: [{ host: host.toUpperCase(), path: '/bound' }] }),
      'spec.hostnames[0]': route('thief', host),
      'spec.rules[0].host': ingress('thief', host),
      'spec.listeners[0].hostname': {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'thief' },
        spec: { gatewayClassName: 'naru', listeners: [listener] },
      },
    }
    const taken = `the host ${host} is in use by another namespace`
    for (const [field, object] of Object.entries(asked)) {
      const refused = await bobs(object)
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`is forbidden: ${field}: the host`)])
      expect(refused.stderr.toLowerCase()).toContain(taken)
    }
    // Neither by a wildcard over it, nor by what is older than ann's route.
    expect((await bobs(route('thief', '*.example.com'))).stderr).toContain('the host *.example.com is in use')
    await bobs(route('old', 'old.bob.localhost'))
    expect((await bobs(route('old', host))).stderr).toContain(taken)
    expect((await bobs(route('thief', 'shop.ann.localhost'))).stderr).toContain('is by its name of the namespace ann')
    const [cert = '', key = ''] = ['crt', 'key'].map((ending) => join(naru.root, `thief.${ending}`))
    await mustRun(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=x
       -addext subjectAltName=DNS:${host} -keyout ${key} -out ${cert}`.split(/\s+/),
    )
    const add = await bob.naru('route', 'add', host, '--app', 'shop', '--cert', cert, '--key', key)
    expect([add.code, add.stderr]).toEqual([1, expect.stringContaining(taken)])
    expect(await naru.kubectl('get', 'secrets', '-n', 'bob', '-o', 'name')).not.toContain('tls')
    expect(await rows('ann')).toEqual([1])

    await naru.mustNaru('route', 'remove', host, '--app', 'shop', '-n', 'ann')
    await eventually('the host is free', async () => (await bobs(route('thief', host))).code === 0)
    expect(await naru.naru('route', 'add', host, '--app', 'shop', '-n', 'ann')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(taken),
    })

    await bobs(route('reader', 'reader.bob.localhost', { name: 'shop', namespace: 'ann', port: 80 }))
    const reader = (urls.bob ?? '').replace('shop.bob', 'reader.bob')
    const status = () => runCommand('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', `${reader}/rows`])
    await eventually('the route is there', async () => (await status()).stdout === '500')
  })

  it('bob may not make what is everybody’s: provisioners, gateways of the system, roles beyond his own', async () => {
    for (const [verb, kind, namespace] of [
      ['create', 'provisioners.apps.naru.dev', 'bob'],
      ['patch', 'gateways.gateway.networking.k8s.io', 'naru-system'],
      ['create', 'clusterroles', 'bob'],
      ['get', 'nodes', 'bob'],
      ['create', 'namespaces', 'bob'],
    ] as const)
      expect((await bob.kubectl(['auth', 'can-i', verb, kind, '-n', namespace])).stdout.trim()).toBe('no')
  })
})
