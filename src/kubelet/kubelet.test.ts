/** The kubelet against a real API server, with the process runtime and real processes of this machine. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { type k8s, resources } from '../api/index.ts'
import { bodyText } from '../client/index.ts'
import { silentLogger, systemClock } from '../lib/index.ts'
import { type Kubelet, type KubeletOptions, openKubelet } from './kubelet.ts'
import { openProcessRuntime } from './process/runtime.ts'
import type { ContainerRuntime } from './runtime/runtime.ts'
import { openTestRegistry, TEST_CREDENTIALS, TEST_HOST, type TestRegistry } from './runtime/test-registry.ts'

/** Serves HTTP on PORT; `/exit` ends it with code 3. */
const SERVER = `
const http = require('node:http')
console.log('hello', process.env.GREETING)
http.createServer((request, response) => {
  response.end('pid ' + process.pid)
  if (request.url === '/exit') setImmediate(() => process.exit(3))
}).listen(process.env.PORT)
process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })
`
const WAIT_MS = 10_000

let directory: string
let registry: TestRegistry
let cluster: TestCluster
let image: string
const ref = (name: string) => ({ namespace: 'default', name })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-kubelet-'))
  registry = await openTestRegistry()
  image = await registry.push('default/server', [{ kind: 'app', files: [{ name: 'app/server.cjs', data: SERVER }] }], {
    Cmd: [process.execPath, '/app/server.cjs'],
    WorkingDir: '/app',
  })
  cluster = await openTestCluster()
})
afterEach(async () => {
  await cluster[Symbol.asyncDispose]()
  await registry[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

interface Running {
  kubelet: Kubelet
  runtime: ContainerRuntime
  /** Ends the kubelet and the runtime, leaving processes as they are. */
  stop(): Promise<void>
}

async function startKubelet(options: Partial<KubeletOptions> = {}): Promise<Running> {
  const runtime = await openProcessRuntime({
    stateDir: directory,
    registry: { host: TEST_HOST, address: registry.address },
    logger: silentLogger,
    clock: systemClock,
  })
  const kubelet = await openKubelet({
    client: cluster.client,
    runtime,
    nodeName: 'node',
    podCidr: '127.64.0.0/10',
    stateDir: directory,
    logger: silentLogger,
    clock: systemClock,
    credentials: async () => TEST_CREDENTIALS,
    ...options,
  })
  const stop = new AbortController()
  const running = kubelet.run({ signal: stop.signal })
  return {
    kubelet,
    runtime,
    async stop() {
      stop.abort()
      await running
      await kubelet[Symbol.asyncDispose]()
      await runtime[Symbol.asyncDispose]()
    },
  }
}

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + WAIT_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${WAIT_MS} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
const podWhere = (name: string, test: (pod: k8s.Pod) => boolean) =>
  until(async () => {
    const pod = await cluster.client.get(resources.pods, ref(name))
    return test(pod) ? pod : undefined
  }, `pod ${name}`)
const isReady = (pod: k8s.Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
const isServing = ({ status }: k8s.Pod) => status?.containerStatuses?.[0]?.ready ?? false
const setCondition = (name: string, condition: k8s.PodCondition) =>
  cluster.client.patch(
    resources.pods,
    ref(name),
    { status: { conditions: [condition] } },
    { subresource: 'status', type: 'strategic' },
  )
const gone = (name: string) =>
  until(async () => {
    const { items } = await cluster.client.list(resources.pods, { namespace: 'default' })
    return items.some(({ metadata }) => metadata.name === name) ? undefined : true
  }, `end of pod ${name}`)

/** A port that is free on the pods' addresses as on any. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  const address = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return address.port
}

async function createPod(
  name: string,
  over: Partial<k8s.Container> = {},
  spec: Partial<k8s.PodSpec> = {},
): Promise<number> {
  const port = await freePort()
  await cluster.client.create<k8s.Pod>(resources.pods, {
    metadata: { ...ref(name) },
    spec: {
      nodeName: 'node',
      containers: [
        {
          name: 'web',
          image,
          ports: [{ containerPort: port }],
          env: [
            { name: 'PORT', value: String(port) },
            { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'words', key: 'greeting' } } },
          ],
          readinessProbe: { tcpSocket: { port } },
          ...over,
        },
      ],
      ...spec,
    },
  })
  return port
}
const logs = async ({ kubelet }: Running, url: string) =>
  bodyText(await kubelet.exchange({ method: 'GET', url, headers: {}, body: '', signal: new AbortController().signal }))

describe('the kubelet', () => {
  let running: Running
  beforeEach(async () => {
    await cluster.client.create<k8s.ConfigMap>(resources.configmaps, {
      metadata: ref('words'),
      data: { greeting: 'world' },
    })
    running = await startKubelet()
  })
  afterEach(async () => {
    for (const { id } of await running.runtime.listSandboxes()) await running.runtime.removeSandbox(id)
    await running.stop()
  })

  it('registers the node and says that there is no isolation', async () => {
    const node = await cluster.client.get(resources.nodes, { name: 'node' })
    expect(node.metadata.annotations).toMatchObject({ 'naru.dev/isolation': 'none' })
    expect(node.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }))
    expect(node.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'naru.dev/NoIsolation', status: 'True' }),
    )
    expect(node.status?.nodeInfo?.containerRuntimeVersion).toMatch(/^process:\/\//)
    const lease = await until(
      () => cluster.client.get(resources.leases, { namespace: 'kube-node-lease', name: 'node' }).catch(() => undefined),
      'lease',
    )
    expect(lease.spec?.holderIdentity).toBe('node')
  })

  it('refuses pods that are not for this node, by what the node is now', async () => {
    await createPod('astray', {}, { nodeSelector: { disk: 'ssd' } })
    const astray = await podWhere('astray', ({ status }) => status?.phase === 'Failed')
    expect(astray.status).toMatchObject({
      reason: 'NodeAffinity',
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    })
    await cluster.client.patch(resources.nodes, { name: 'node' }, { metadata: { labels: { disk: 'ssd' } } })
    await createPod('at-home', {}, { nodeSelector: { disk: 'ssd' } })
    await podWhere('at-home', isReady)
    const taints = [{ key: 'out', effect: 'NoExecute' }]
    await cluster.client.patch(resources.nodes, { name: 'node' }, { spec: { taints } })
    await createPod('unwelcome')
    const unwelcome = await podWhere('unwelcome', ({ status }) => status?.phase === 'Failed')
    expect(unwelcome.status).toMatchObject({ reason: 'TaintToleration' })
  })

  it('runs a pod until it is ready, serves it at its address, and takes it away gracefully', async () => {
    const port = await createPod('web')
    const pod = await podWhere('web', isReady)
    expect(pod.status).toMatchObject({
      phase: 'Running',
      podIP: expect.stringMatching(/^127\.(6[4-9]|[789]\d|1[01]\d|12[0-7])\./),
    })
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0, image })
    expect(await (await fetch(`http://${pod.status?.podIP}:${port}/`)).text()).toMatch(/^pid \d+$/)
    // A process' output is copied to its log a moment after it is written.
    const logged = await until(
      async () => (await logs(running, '/containerLogs/default/web/web?tailLines=5')) || undefined,
      'log',
    )
    expect(logged).toBe('hello world\n')
    await cluster.client.delete(resources.pods, ref('web'))
    await gone('web')
    expect(await running.runtime.listSandboxes()).toEqual([])
    expect(await running.runtime.listContainers()).toEqual([])
  })

  it('runs a hook once, though nobody can be told meanwhile how the pod ends', async () => {
    await running.stop()
    let refusals = 0
    let isAway = false
    const patch = ((...args) => {
      if (!isAway) return cluster.client.patch(...args)
      refusals++
      return Promise.reject(new Error('the API is away'))
    }) as typeof cluster.client.patch
    running = await startKubelet({ client: { ...cluster.client, patch } })
    const told = join(directory, 'told')
    const hook = `require('fs').appendFileSync(${JSON.stringify(told)}, 'x'); setTimeout(() => {}, 3000)`
    const idle = { image, command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] }
    const containers = [
      { name: 'slow', ...idle, lifecycle: { preStop: { exec: { command: [process.execPath, '-e', hook] } } } },
      { name: 'quick', ...idle },
    ]
    await cluster.client.create<k8s.Pod>(resources.pods, {
      metadata: ref('hooked'),
      spec: { nodeName: 'node', containers },
    })
    await podWhere('hooked', isReady)
    isAway = true
    await cluster.client.delete(resources.pods, ref('hooked'))
    await until(async () => (refusals > 1 ? true : undefined), 'two refusals')
    isAway = false
    await gone('hooked')
    expect(await readFile(told, 'utf8')).toBe('x')
  })

  it('says again that a pod is ready when others have said that it is not', async () => {
    await createPod('marked')
    const pod = await podWhere('marked', isReady)
    // As the node lifecycle controller does it to pods of a node that was not ready for a moment.
    const marked = await setCondition('marked', { type: 'Ready', status: 'False' })
    const again = await podWhere('marked', isReady)
    expect(Number(again.metadata.resourceVersion)).toBeGreaterThan(Number(marked.metadata.resourceVersion))
    expect(again.status?.containerStatuses).toEqual(pod.status?.containerStatuses)
  })

  it('has a pod ready only while its readiness gates are true', async () => {
    const type = 'example.com/gate'
    await createPod('gated', {}, { readinessGates: [{ conditionType: type }] })
    for (const status of ['True', 'False', 'True']) {
      await setCondition('gated', { type, status })
      await podWhere('gated', (pod) => String(isReady(pod)) === status.toLowerCase() && isServing(pod))
    }
  })

  it('restarts what crashes, at once and then with back-off, and keeps the end it came to', async () => {
    const port = await createPod('crash')
    const { podIP } = (await podWhere('crash', isReady)).status ?? {}
    await fetch(`http://${podIP}:${port}/exit`)
    const restarted = await podWhere(
      'crash',
      (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1,
    )
    expect(restarted.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
      exitCode: 3,
      reason: 'Error',
    })
    expect(await logs(running, '/containerLogs/default/crash/web?previous=true')).toBe('hello world\n')
    await fetch(`http://${podIP}:${port}/exit`)
    const waiting = await podWhere('crash', (pod) => pod.status?.containerStatuses?.[0]?.state?.waiting !== undefined)
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringMatching(/^back-off 10s restarting failed container=web pod=crash_default\(/) as string,
    })
    expect(isReady(waiting)).toBe(false)
  })

  it('finishes a pod that is not to be restarted', async () => {
    const command = ['sh', '-c', 'echo done; exit 4']
    const volumes = [{ name: 'scratch', emptyDir: {} }]
    await createPod('once', { command, readinessProbe: undefined }, { restartPolicy: 'Never', volumes })
    const pod = await podWhere('once', ({ status }) => status?.phase === 'Failed')
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 4, reason: 'Error' })
    expect((await stat(join(directory, 'pods'))).mode & 0o777).toBe(0o700)
    const left = () => readdir(join(directory, 'pods', pod.metadata.uid ?? ''))
    await until(async () => ((await left()).includes('volumes') ? undefined : true), 'the end of its volumes')
    expect(await logs(running, '/containerLogs/default/once/web')).toBe('done\n')
  })

  it.each([
    [
      'an image that is not there',
      { image: `${TEST_HOST}/none@sha256:${'0'.repeat(64)}` },
      /^(ErrImagePull|ImagePullBackOff)$/,
    ],
    ['an image name that is none', { image: 'UPPER case' }, /^InvalidImageName$/],
    [
      'a ConfigMap that is missing',
      { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'none', key: 'x' } } }] },
      /^CreateContainerConfigError$/,
    ],
    ['a program that is missing', { command: ['no-such-program'] }, /^(RunContainerError|CrashLoopBackOff)$/],
  ] as [string, Partial<k8s.Container>, RegExp][])(
    'says why a container does not start: %s',
    async (_what, over, reason) => {
      await createPod('stuck', over)
      const waits = (pod: k8s.Pod) => reason.test(pod.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '')
      expect((await podWhere('stuck', waits)).status?.phase).toBe('Pending')
      await cluster.client.delete(resources.pods, ref('stuck'))
      await gone('stuck')
    },
  )

  it('says what volumes need, a claim’s as any', async () => {
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...ref('data') }
    const common = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
    const resourcesOf = { requests: { storage: '1Gi' } }
    const created = await cluster.client.create(resources.persistentvolumeclaims, {
      metadata: ref('data'),
      spec: { ...common, resources: resourcesOf, volumeName: 'data' },
    })
    await cluster.client.updateStatus(resources.persistentvolumeclaims, { ...created, status: { phase: 'Bound' } })
    await cluster.client.create(resources.persistentvolumes, {
      metadata: { name: 'data' },
      spec: {
        ...common,
        capacity: { storage: '1Gi' },
        hostPath: { path: directory },
        claimRef: { ...claimRef, uid: created.metadata.uid },
      },
    })
    await createPod(
      'keeper',
      { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }] },
      { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    )
    const waitingOf = ({ status }: k8s.Pod) => status?.containerStatuses?.[0]?.state?.waiting
    const keeper = await podWhere('keeper', (pod) => waitingOf(pod)?.reason === 'CreateContainerError')
    expect(waitingOf(keeper)?.message).toMatch(
      /^volumes cannot be mounted at \/var\/lib\/data: .* run naru doctor --fix, then naru down and naru up --runtime containerd\.$/,
    )
  })

  it('tells what pods use', async () => {
    await createPod('web')
    await podWhere('web', isReady)
    const pods = await until(async () => {
      const summary = JSON.parse(await logs(running, '/stats/summary')) as { pods: unknown[] }
      return summary.pods.length === 0 ? undefined : summary.pods
    }, 'what the pod uses')
    const container = { name: 'web', cpu: {}, memory: { workingSetBytes: expect.any(Number) as number } }
    expect(pods).toMatchObject([{ podRef: { name: 'web', namespace: 'default' }, containers: [container] }])
  })

  it('sends a pod away when the node runs short, and takes no more', async () => {
    await running.stop()
    const plenty = { available: 1 << 30, capacity: 2 << 30 }
    let memory = plenty
    const clock = {
      now: () => systemClock.now(),
      sleep: (ms: number, end?: AbortSignal) => systemClock.sleep(Math.min(ms, 100), end),
    }
    running = await startKubelet({ clock, observe: async () => ({ 'memory.available': memory }) })
    await createPod('web')
    await podWhere('web', isReady)
    memory = { ...plenty, available: 50 << 20 }
    const { status } = await podWhere('web', ({ status }) => status?.phase === 'Failed')
    expect(status).toMatchObject({
      reason: 'Evicted',
      message: expect.stringContaining(
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. ',
      ) as string,
    })
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }),
    )
    expect(status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason: 'Completed' })
    expect(await running.runtime.listContainers()).toEqual([])
    await until(async () => {
      const node = await cluster.client.get(resources.nodes, { name: 'node' })
      return node.status?.conditions?.find(({ type, status: is }) => type === 'MemoryPressure' && is === 'True')
    }, 'the node says so')
    await createPod('late')
    expect((await podWhere('late', (pod) => pod.status?.phase === 'Failed')).status).toMatchObject({
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    })
  })

  it('adopts what runs when it is started again, and ends what was deleted meanwhile', async () => {
    const port = await createPod('stays')
    await createPod('goes')
    const before = await podWhere('stays', isReady)
    await podWhere('goes', isReady)
    const url = `http://${before.status?.podIP}:${port}/`
    const pid = await (await fetch(url)).text()
    await running.stop()
    await cluster.client.delete(resources.pods, ref('goes'), { gracePeriodSeconds: 0 })
    running = await startKubelet()
    await until(
      async () => ((await running.runtime.listSandboxes()).length === 1 ? true : undefined),
      'removal of the orphan',
    )
    const after = await podWhere('stays', isReady)
    expect(await (await fetch(url)).text()).toBe(pid)
    expect(after.status?.containerStatuses?.[0]).toEqual(before.status?.containerStatuses?.[0])
  })
})
