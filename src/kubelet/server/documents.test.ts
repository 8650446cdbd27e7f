/** What a whole kubelet tells on its port, with real processes as containers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestAuthority, type TestAuthority } from '../../../test/harness/certificates.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import type { KeyPair } from '../../certificates/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openKubelet } from '../kubelet.ts'
import { openProcessRuntime } from '../process/runtime.ts'
import { openTestRegistry, TEST_CREDENTIALS, TEST_HOST } from '../runtime/test-registry.ts'

const stack = new AsyncDisposableStack()
let authority: TestAuthority
let admin: KeyPair
let port: number
const WAIT = { timeout: 20_000, interval: 20 }

beforeAll(async () => {
  authority = await openTestAuthority()
  admin = await authority.client('admin', ['system:masters'])
  const stateDir = await mkdtemp(join(tmpdir(), 'naru-kubelet-port-'))
  stack.defer(() => rm(stateDir, { recursive: true, force: true }))
  const registry = stack.use(await openTestRegistry())
  const program = 'console.log("hello"); setInterval(() => {}, 1e6)'
  const image = await registry.push('default/app', [{ kind: 'app', files: [{ name: 'app.cjs', data: program }] }], {
    Cmd: [process.execPath, '/app.cjs'],
  })
  const cluster = stack.use(await openTestCluster())
  const runtime = stack.use(
    await openProcessRuntime({
      stateDir,
      registry: { host: TEST_HOST, address: registry.address },
      logger: silentLogger,
      clock: systemClock,
    }),
  )
  const kubelet = stack.use(
    await openKubelet({
      client: cluster.client,
      runtime,
      nodeName: 'n',
      podCidr: '127.64.0.0/10',
      stateDir,
      logger: silentLogger,
      clock: systemClock,
      credentials: async () => TEST_CREDENTIALS,
      server: {
        port: 0,
        clientCaPem: authority.caPem,
        certificate: (hosts) => authority.server({ dns: ['n'], ip: hosts.slice(1) }),
      },
    }),
  )
  const stop = new AbortController()
  const running = kubelet.run({ signal: stop.signal })
  stack.defer(async () => {
    stop.abort()
    await running
  })
  const ref = { namespace: 'default', name: 'app' }
  stack.defer(async () => {
    await cluster.client.delete(resources.pods, ref)
    await vi.waitFor(async () => expect(await runtime.listContainers()).toEqual([]), WAIT)
  })
  const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 }
  await cluster.client.create<k8s.Pod>(resources.pods, {
    metadata: ref,
    spec: {
      nodeName: 'n',
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image, readinessProbe }],
    },
  })
  const isReady = async () =>
    (await cluster.client.get(resources.pods, ref)).status?.conditions?.find(({ type }) => type === 'Ready')?.status
  await vi.waitFor(async () => expect(await isReady()).toBe('True'), WAIT)
  port = await vi.waitFor(async () => {
    const { status } = await cluster.client.get(resources.nodes, { name: 'n' })
    const { Port } = status?.daemonEndpoints?.kubeletEndpoint ?? { Port: 0 }
    expect(Port).toBeGreaterThan(0)
    return Port
  }, WAIT)
}, 60_000)
afterAll(() => stack.disposeAsync())

function ask(path: string, method = 'GET'): Promise<{ status: number | undefined; text: string }> {
  const { certPem: cert, keyPem: key } = admin
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, ca: authority.caPem, cert, key, agent: false })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      incoming.once('end', () => resolve({ status: incoming.statusCode, text }))
    })
    outgoing.end()
  })
}

describe('a kubelet on its port', () => {
  it.each([
    ['/healthz', 'ok'],
    ['/healthz/syncloop', 'ok'],
    ['/healthz?verbose', '[+]ping ok\n[+]log ok\n[+]syncloop ok\nhealthz check passed\n'],
    ['/containerLogs/default/app/main', 'hello\n'],
  ])('%s is %j', async (path, text) => {
    await expect.poll(() => ask(path), WAIT).toEqual({ status: 200, text })
  })

  it.each([
    ['/metrics', /^kubelet_running_pods 1$/m],
    ['/metrics', /^kubelet_runtime_operations_total\{operation_type="start_container"\} 1$/m],
    ['/metrics/cadvisor', /^container_last_seen\{container="main",/m],
    ['/metrics/resource', /^node_cpu_usage_seconds_total \d/m],
    [
      '/metrics/probes',
      /^prober_probe_total\{container="main",namespace="default",pod="app",pod_uid="[^"]+",probe_type="Readiness",result="successful"\} \d+$/m,
    ],
    ['/stats/summary', /"nodeName":"n"/],
    ['/pods', /"kind":"PodList".*"name":"app"/],
    ['/runningpods/', /"kind":"PodList".*"name":"app"/],
    [
      '/configz',
      /"kubeletconfig":\{"enableServer":true,.*"authorization":\{"mode":"Webhook","webhook":\{"cacheAuthorizedTTL":"5m0s","cacheUnauthorizedTTL":"30s"\}\}/,
    ],
  ])('%s tells %s', async (path, expected) => {
    // What is told of usage may be some seconds old, and the pod is not.
    await expect.poll(() => ask(path), WAIT).toEqual({ status: 200, text: expect.stringMatching(expected) as string })
  })

  it('runs a command in a container and tells what it wrote, and how it failed', async () => {
    expect(await ask('/run/default/app/main?cmd=echo%20one%20two', 'POST')).toEqual({ status: 200, text: 'one two\n' })
    const uid = /"uid":"([^"]+)"/.exec((await ask('/pods')).text)?.[1]
    expect((await ask(`/run/default/app/${uid}/main?cmd=true`, 'POST')).status).toBe(200)
    expect(await ask('/run/default/app/main?cmd=false', 'POST')).toMatchObject({
      status: 500,
      text: "command 'false' exited with 1: ",
    })
  })

  it.each([
    ['GET', '/run/default/app/main?cmd=true', 405, '405: Method Not Allowed'],
    ['POST', '/run/default/app/of-another-pod/main?cmd=true', 404, 'pod not found'],
    ['POST', '/run/default/app/main/more/parts', 400, 'no such path on the kubelet: /run/default/app/main/more/parts'],
    ['GET', '/logs/syslog', 405, 'logs endpoint is disabled.\n'],
    ['GET', '/debug/pprof/heap', 405, 'profiling endpoint is disabled.\n'],
    ['PUT', '/debug/flags/v', 405, 'flags endpoint is disabled.\n'],
    ['GET', '/healthz/none', 404, '404 page not found\n'],
    ['GET', '/metrics/none', 404, '404 page not found\n'],
    ['GET', '/checkpoint/default/app/main', 404, '404 page not found\n'],
    ['GET', '/toString', 404, '404 page not found\n'],
    ['GET', '/', 404, '404 page not found\n'],
    ['GET', '/%', 400, 'Bad Request\n'],
    ['GET', '/containerLogs/%/%/%', 400, 'Bad Request\n'],
    ['POST', '/pods', 405, '405: Method Not Allowed'],
  ])('%s %s: %s %j', async (method, path, status, text) => {
    expect(await ask(path, method)).toEqual({ status, text })
  })
})
