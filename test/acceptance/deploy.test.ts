import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { startLoad } from './harness/load.ts'

describe('from a folder to a URL', () => {
  let naru: Installation
  let folder: string
  let url: string
  const curl = (...args: string[]) => mustRun('curl', ['-sS', '--fail', '--max-time', '20', ...args])

  beforeAll(async () => {
    naru = await openInstallation()
    folder = await naru.copyOf('examples/hello', 'hello')
    url = await naru.deploy(folder)
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  it('serves the page from a container that containerd runs', async () => {
    expect(url).toMatch(/^http:\/\/hello\.localhost(:\d+)?$/)
    expect(await curl(url)).toMatch(/hello/i)
    const pods = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'apps.naru.dev/app=hello')
    const status = pods.items[0]?.status?.containerStatuses?.[0]
    expect(status?.containerID).toMatch(/^containerd:\/\/[0-9a-f]{64}$/)
    const socket = join(naru.stateDir, 'run', 'containerd', 'containerd.sock')
    const tasks = await mustRun('ctr', ['--address', socket, '--namespace', 'k8s.io', 'tasks', 'list'])
    expect(tasks).toContain(status?.containerID?.replace('containerd://', ''))
  })

  it('shows as ordinary objects in kubectl', async () => {
    const table = await naru.kubectl('get', 'apps,releases,deploy,rs,pods,svc,httproutes,nodes', '-A', '-o', 'wide')
    for (const row of [
      /app\.apps\.naru\.dev\/hello +http:\/\/hello\.localhost\S* +True +1\/1 +hello-v1/,
      /release\.apps\.naru\.dev\/hello-v1 +hello +1 +True/,
      /deployment\.apps\/hello-v1 +1\/1/,
      /replicaset\.apps\/hello-v1-\w+ +1 +1 +1/,
      /pod\/hello-v1-\w+-\w+ +1\/1 +Running/,
      /service\/hello +ClusterIP/,
      /service\/hello-v1 +ClusterIP/,
      /httproute\.gateway\.networking\.k8s\.io\/hello +\["hello\.localhost"\]/,
      /node\/\S+ +Ready .*containerd:\/\//,
    ])
      expect(table).toMatch(row)
  })

  it('replaces the version under 50 requests a second without a failed one, reusing every layer but the changed', async () => {
    const server = join(folder, 'server.js')
    const before = await readFile(server, 'utf8')
    const load = startLoad(url, { perSecond: 50 })
    let report: unknown
    try {
      await writeFile(server, before.replaceAll('Hello', 'Ahoy'))
      report = JSON.parse(await naru.mustNaru('deploy', folder, '--json'))
      await eventually('the new version answers', async () => (await curl(url)).includes('Ahoy'))
      await new Promise((resolve) => setTimeout(resolve, 4000)) // The old pod's last seconds belong to the test.
    } finally {
      const { sent, failures, bodies } = await load.stop()
      expect(failures).toEqual([])
      expect(sent).toBeGreaterThan(150)
      expect([...bodies.keys()].some((body) => body.includes('Ahoy'))).toBe(true)
      expect([...bodies.keys()].some((body) => body.includes('Hello'))).toBe(true)
    }
    const { layers } = report as { layers: { role: string; reused: boolean }[] }
    expect(layers.filter((layer) => !layer.reused).map((layer) => layer.role)).toEqual(['app'])
  })

  it('goes back with naru rollback, without a failed request', async () => {
    const load = startLoad(url, { perSecond: 50 })
    await naru.mustNaru('rollback', 'hello')
    expect(await curl(url)).not.toContain('Ahoy')
    await new Promise((resolve) => setTimeout(resolve, 4000)) // The other release's last seconds belong to the test.
    expect((await load.stop()).failures).toEqual([])
    const { releases } = JSON.parse(await naru.mustNaru('releases', 'hello', '--json')) as {
      releases: { number: number; state: string }[]
    }
    expect(releases).toMatchObject([
      { number: 2, state: 'ready' },
      { number: 1, state: 'serving' },
    ])
  })

  it('has the configuration that naru env sets, which nothing shows again', async () => {
    await naru.mustNaru('env', 'set', 'NODE_OPTIONS=--max-old-space-size=64', '--app', 'hello')
    const told = await naru.mustNaru('env', 'list', '--app', 'hello')
    expect(told.trim()).toBe('NODE_OPTIONS')
    const pod = (await naru.kubectl('get', 'pods', '-l', 'apps.naru.dev/release=3', '-o', 'name')).trim()
    const asked = ['exec', pod, '--', 'node', '--print', 'process.env.NODE_OPTIONS']
    expect(await naru.kubectl(...asked)).toBe('--max-old-space-size=64\n')
    for (const kind of ['apps', 'releases', 'deployments', 'pods'])
      expect(await naru.kubectl('get', kind, '-o', 'yaml')).not.toContain('max-old-space')
    await naru.mustNaru('rollback', 'hello', 'v1')
  })

  it('scales, to several and back', async () => {
    await naru.mustNaru('scale', 'hello', 'web=3')
    const slices = await naru.kubectlJson<k8s.EndpointSliceList>(
      'get',
      'endpointslices',
      '-l',
      'kubernetes.io/service-name=hello',
    )
    expect(
      slices.items.flatMap((slice) => slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready),
    ).toHaveLength(3)
    await naru.mustNaru('scale', 'hello', 'web=1')
    await eventually(
      'two pods are gone',
      async () => {
        const pods = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'apps.naru.dev/app=hello')
        return pods.items.length === 1
      },
      { timeoutMs: 60_000 },
    )
    expect(await curl(url)).toMatch(/hello/i)
  })

  it('replaces a pod that kubectl delete takes away', async () => {
    const before = (await naru.kubectl('get', 'pods', '-l', 'apps.naru.dev/app=hello', '-o', 'name')).trim()
    await naru.kubectl('delete', before)
    await naru.kubectl('rollout', 'status', 'deployment/hello-v1', '--timeout=60s')
    const after = (await naru.kubectl('get', 'pods', '-l', 'apps.naru.dev/app=hello', '-o', 'name')).trim()
    expect(after).not.toBe(before)
    expect(await curl(url)).toMatch(/hello/i)
  })

  it('follows the log with kubectl logs -f and with naru logs', async () => {
    const marker = `/marker-${Date.now()}`
    const following = naru.kubectlResult(['logs', '-f', 'deployment/hello-v1'], { timeoutMs: 6000 })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await mustRun('curl', ['-sS', '-o', '/dev/null', `${url}${marker}`])
    expect((await following).stdout).toContain(marker)
    const shown = await naru.mustNaru('logs', 'hello')
    expect(shown).toMatch(new RegExp(`^web\\.\\w{5} \\| .*${marker}$`, 'm'))
    expect(shown).toContain('=> v1 is up')
    const found = await naru.mustNaru('logs', 'hello', '--grep', marker, '--json')
    expect(JSON.parse(found)).toMatchObject({ kind: 'log', process: 'web', text: expect.stringContaining(marker) })
  })

  it('answers where naru route says, and says so while naru maintenance is on', async () => {
    const www = url.replace('hello.', 'www.hello.')
    const head = (...args: string[]) =>
      mustRun('curl', ['-sS', '--max-time', '20', '-o', '/dev/null', '-D', '-', ...args])
    await naru.mustNaru('route', 'add', 'www.hello.localhost', '--redirect', '//hello.localhost', '-a', 'hello')
    await naru.mustNaru('route', 'add', '/old', '--rewrite', '/', '--header', 'X-Old=yes', '-a', 'hello')
    await eventually('the redirect answers', async () => (await head(`${www}/a`)).includes(`Location: ${url}/a`))
    await eventually('the route answers', async () => /^X-Old: yes/m.test(await head(`${url}/old`)))
    expect(await naru.mustNaru('route', 'list', '-a', 'hello')).toMatch(
      /www\.hello\.localhost +302 \/\/hello\.localhost/,
    )
    await naru.mustNaru('maintenance', 'on', '--message', 'Back at ten.', '-a', 'hello')
    const page = () => mustRun('curl', ['-sS', '--max-time', '20', '-i', url])
    await eventually('the page answers', async () => /^HTTP\/1\.1 503 [^]*Back at ten\./.test(await page()))
    expect(await naru.mustNaru('apps')).toMatch(/^hello +maintenance /m)
    expect(await naru.naru('route', 'add', '/x', '--permanent', '-a', 'hello')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--permanent is used with --redirect only'),
    })
    await naru.mustNaru('maintenance', 'off', '-a', 'hello')
    expect(await naru.mustNaru('add', 'route', '/also', '--redirect', '/', '-a', 'hello')).toMatch(/^\/also +302 \/$/m)
    expect(await naru.naru('add', 'route', '/also', '-a', 'hello', '--param', 'a=b')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--param does not go with "naru add route"'),
    })
    await naru.mustNaru('route', 'remove', 'www.hello.localhost', '-a', 'hello')
    await eventually('the app answers again', async () => (await page()).startsWith('HTTP/1.1 200'))
    await eventually('the host is gone', async () => (await head(www)).startsWith('HTTP/1.1 404'))
  })

  it('runs a plain Deployment and Service from kubectl apply, reachable by ClusterIP and by name', async () => {
    const image = (await naru.kubectl('get', 'app/hello', '-o', 'jsonpath={.status.servingImage}')).trim()
    const manifest = plainManifest(image)
    const applied = await naru.kubectlResult(['apply', '-f', '-'], { input: manifest })
    expect(applied.stdout + applied.stderr).toMatch(/deployment.apps\/plain created\nservice\/plain created/)
    await naru.kubectl('rollout', 'status', 'deployment/plain', '--timeout=60s')
    const clusterIp = (await naru.kubectl('get', 'service/plain', '-o', 'jsonpath={.spec.clusterIP}')).trim()
    await eventually('the ClusterIP answers', async () => (await curl(`http://${clusterIp}:8000/`)) !== '')
    const again = await naru.kubectlResult(['apply', '-f', '-'], { input: manifest })
    expect(again.stdout).toMatch(/deployment.apps\/plain unchanged\nservice\/plain unchanged/)
    await eventually('a pod reaches the Service by its name', async () => {
      const log = await naru.kubectl('logs', 'deployment/plain', '-c', 'asker')
      return /plain says 200/.test(log)
    })
    await naru.kubectl('delete', 'deployment/plain', 'service/plain')
  })

  it('lists and removes the app, with everything made for it', async () => {
    expect(await naru.mustNaru('apps')).toMatch(/hello.*http:\/\/hello\.localhost/)
    await naru.mustNaru('delete', 'hello', '--yes')
    await eventually('nothing is left of it', async () => {
      const left = await naru.kubectl(
        'get',
        'releases,secrets,deploy,rs,pods,svc,httproutes,endpointslices',
        '-l',
        'apps.naru.dev/app=hello',
        '-o',
        'name',
      )
      return left.trim() === ''
    })
  })
})

function plainManifest(image: string): string {
  const ask =
    "setInterval(()=>fetch('http://plain.default.svc.cluster.local:8000/').then(r=>console.log('plain says',r.status),e=>console.log('no',e.cause?.message??e.message)),500)"
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: plain }
spec:
  replicas: 1
  selector: { matchLabels: { run: plain } }
  template:
    metadata: { labels: { run: plain } }
    spec:
      containers:
        - name: web
          image: ${image}
          env: [{ name: PORT, value: "9000" }]
          ports: [{ name: web, containerPort: 9000 }]
          readinessProbe: { httpGet: { path: /, port: web }, periodSeconds: 1 }
        - name: asker
          image: ${image}
          command: ["/usr/local/bin/node", "-e", ${JSON.stringify(ask)}]
---
apiVersion: v1
kind: Service
metadata: { name: plain }
spec:
  selector: { run: plain }
  ports: [{ port: 8000, targetPort: web }]
`
}
