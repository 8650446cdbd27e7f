/** A node that shuts down, against a real API server, with real processes of this machine. */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { type Kubelet, openKubelet } from '../kubelet.ts'
import { openProcessRuntime } from '../process/runtime.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { openTestRegistry, TEST_CREDENTIALS, TEST_HOST, type TestRegistry } from '../runtime/test-registry.ts'
import type { ShutdownOptions, ShutdownProgress } from './shut-down.ts'

/** Notes its start, its SIGTERM and, after TAKES milliseconds, its end; without TAKES it never ends. */
const PROGRAM = `
const { appendFileSync } = require('node:fs')
const note = (what) => appendFileSync(process.env.NOTES, process.env.WHO + ' ' + what + '\\n')
process.on('SIGTERM', () => {
  note('is asked')
  if (process.env.TAKES) setTimeout(() => { note('ends'); process.exit(0) }, Number(process.env.TAKES))
})
setInterval(() => {}, 1000)
note('starts')
`

interface Running {
  kubelet: Kubelet
  runtime: ContainerRuntime
  stop(): Promise<void>
}

let directory: string
let notes: string
let registry: TestRegistry
let cluster: TestCluster
let image: string
let running: Running | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-shutdown-'))
  notes = join(directory, 'notes')
  await appendFile(notes, '')
  registry = await openTestRegistry()
  image = await registry.push('default/notes', [{ kind: 'app', files: [{ name: 'app/main.cjs', data: PROGRAM }] }], {
    Cmd: [process.execPath, '/app/main.cjs'],
    WorkingDir: '/app',
  })
  cluster = await openTestCluster()
  running = await start()
})
afterEach(async () => {
  for (const { id } of (await running?.runtime.listSandboxes()) ?? []) await running?.runtime.removeSandbox(id)
  await running?.stop()
  await cluster[Symbol.asyncDispose]()
  await registry[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

async function start(): Promise<Running> {
  const common = { stateDir: directory, logger: silentLogger, clock: systemClock }
  const runtime = await openProcessRuntime({ ...common, registry: { host: TEST_HOST, address: registry.address } })
  const kubelet = await openKubelet({
    ...common,
    client: cluster.client,
    runtime,
    nodeName: 'node',
    podCidr: '127.64.0.0/10',
    credentials: async () => TEST_CREDENTIALS,
  })
  const stop = new AbortController()
  const run = kubelet.run({ signal: stop.signal })
  return {
    kubelet,
    runtime,
    async stop() {
      stop.abort()
      await run
      await kubelet[Symbol.asyncDispose]()
      await runtime[Symbol.asyncDispose]()
    },
  }
}

const noHurry = new AbortController().signal
const shutDown = (options: Partial<ShutdownOptions> = {}) =>
  (running as Running).kubelet.shutDown({ graceMs: 20_000, hurry: noHurry, ...options })

const ref = (name: string) => ({ namespace: 'default', name })
const container = (who: string, takesMs?: number, more: Partial<k8s.Container> = {}): k8s.Container => ({
  name: who,
  image,
  env: [
    { name: 'WHO', value: who },
    { name: 'NOTES', value: notes },
    ...(takesMs === undefined ? [] : [{ name: 'TAKES', value: String(takesMs) }]),
  ],
  ...more,
})
const createPod = (name: string, spec: Partial<k8s.PodSpec> & { containers: k8s.Container[] }) =>
  cluster.client.create<k8s.Pod>(resources.pods, { metadata: ref(name), spec: { nodeName: 'node', ...spec } })
const getPod = (name: string) => cluster.client.get(resources.pods, ref(name))
const noted = async () => (await readFile(notes, 'utf8')).split('\n').filter((line) => line !== '')
const conditionOf = ({ status }: k8s.Pod | k8s.Node, type: string): { status: string } | undefined =>
  status?.conditions?.find((condition) => condition.type === type)
const isReady = async (name: string) => conditionOf(await getPod(name), 'Ready')?.status
const starts = async (who: string) => (await noted()).filter((line) => line === `${who} starts`).length
/** Ready, and with its handler of SIGTERM. */
const runs = async (name: string, ...whos: string[]) => {
  await expect.poll(() => isReady(name), { timeout: 20_000, interval: 20 }).toBe('True')
  for (const who of whos) await expect.poll(() => starts(who), { timeout: 20_000, interval: 20 }).toBe(1)
}
const preStop = (who: string): Partial<k8s.Container> => {
  const note = `require('node:fs').appendFileSync(${JSON.stringify(notes)}, '${who} has its hook\\n')`
  return { lifecycle: { preStop: { exec: { command: [process.execPath, '-e', note] } } } }
}

it('ends pods as they ask for, and starts the same ones when the node is back', async () => {
  await createPod('web', {
    initContainers: [container('sidecar', 0, { restartPolicy: 'Always' })],
    containers: [container('main', 300, preStop('main'))],
  })
  await runs('web', 'sidecar', 'main')
  const progress: ShutdownProgress[] = []
  await shutDown({
    onProgress: (now) => progress.push(now),
    async routedAway(uids) {
      expect(uids).toEqual([(await getPod('web')).metadata.uid])
      expect(conditionOf(await getPod('web'), 'Ready')).toMatchObject({
        status: 'False',
        reason: 'ContainersNotReady',
      })
      await appendFile(notes, 'traffic goes elsewhere\n')
    },
  })
  expect((await noted()).slice(2)).toEqual([
    'traffic goes elsewhere',
    'main has its hook',
    'main is asked',
    'main ends',
    'sidecar is asked',
    'sidecar ends',
  ])
  expect(progress).toEqual([
    { pods: 1, left: 1 },
    { pods: 1, left: 0 },
  ])
  const ended = await getPod('web')
  expect(ended.status?.phase).toBe('Running')
  expect(ended.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
  const node = await cluster.client.get(resources.nodes, { name: 'node' })
  expect(conditionOf(node, 'Ready')).toMatchObject({
    status: 'False',
    reason: 'KubeletNotReady',
    message: 'node is shutting down',
  })

  await running?.stop()
  running = await start()
  await expect.poll(() => starts('main'), { timeout: 20_000, interval: 20 }).toBe(2)
  await expect.poll(() => isReady('web'), { timeout: 20_000, interval: 20 }).toBe('True')
  const back = await getPod('web')
  expect(back.metadata.uid).toBe(ended.metadata.uid)
  expect(back.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 0 } },
  })
  const again = await cluster.client.get(resources.nodes, { name: 'node' })
  expect(conditionOf(again, 'Ready')).toMatchObject({ status: 'True', message: 'kubelet is posting ready status' })
})

it('fails what runs to an end of its own, but for what has come to it', async () => {
  await createPod('work', { restartPolicy: 'OnFailure', containers: [container('work', 0)] })
  await createPod('done', {
    restartPolicy: 'Never',
    containers: [{ name: 'done', image, command: [process.execPath, '-e', ''] }],
  })
  await runs('work', 'work')
  await expect.poll(async () => (await getPod('done')).status?.phase, { timeout: 20_000 }).toBe('Succeeded')
  await shutDown()
  const work = await getPod('work')
  const message = 'Pod was terminated in response to imminent node shutdown.'
  expect(work.status).toMatchObject({ phase: 'Failed', reason: 'Terminated', message })
  expect(conditionOf(work, 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'TerminationByKubelet',
    message,
  })
  expect((await getPod('done')).status).toMatchObject({ phase: 'Succeeded' })
})

it('takes no pod while it shuts down', async () => {
  await createPod('web', { containers: [container('main', 0)] })
  await runs('web', 'main')
  await shutDown({
    async routedAway() {
      await createPod('late', { containers: [container('late', 0)] })
      await expect.poll(async () => (await getPod('late')).status?.phase, { timeout: 20_000 }).toBe('Failed')
    },
  })
  expect((await getPod('late')).status).toMatchObject({
    reason: 'NodeShutdown',
    message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
  })
  expect(await starts('late')).toBe(0)
})

it('ends critical pods after all others', async () => {
  await createPod('vital', { priorityClassName: 'system-node-critical', containers: [container('vital', 0)] })
  await createPod('slow', { containers: [container('slow', 200)] })
  await createPod('quick', { containers: [container('quick', 0)] })
  for (const name of ['vital', 'slow', 'quick']) await runs(name, name)
  await shutDown()
  const ends = (await noted()).filter((line) => line.endsWith('ends') || line === 'vital is asked')
  expect(ends).toEqual(['quick ends', 'slow ends', 'vital is asked', 'vital ends'])
})

it('kills what does not end when its time is over, and at once when there is haste', async () => {
  await createPod('stubborn', { containers: [container('stubborn')] })
  await runs('stubborn', 'stubborn')
  const hurry = new AbortController()
  const ending = shutDown({ graceMs: 600_000, hurry: hurry.signal })
  await expect.poll(noted, { timeout: 20_000, interval: 20 }).toContain('stubborn is asked')
  hurry.abort()
  await ending
  expect((await getPod('stubborn')).status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(137)
})

it('gives no hook and no time where there is none to give', async () => {
  await createPod('web', { containers: [container('main', undefined, preStop('main'))] })
  await runs('web', 'main')
  await shutDown({ graceMs: 0 })
  expect((await noted()).slice(1)).toEqual(['main is asked'])
  expect(await running?.runtime.listContainers()).toEqual([expect.objectContaining({ state: 'exited' })])
})

it('waits for pods that were deleted before', async () => {
  await createPod('leaving', { containers: [container('leaving', 500)] })
  await runs('leaving', 'leaving')
  await cluster.client.delete(resources.pods, ref('leaving'))
  await expect.poll(noted, { timeout: 20_000, interval: 20 }).toContain('leaving is asked')
  await shutDown()
  expect((await noted()).filter((line) => line === 'leaving is asked')).toHaveLength(1)
  expect((await cluster.client.list(resources.pods)).items).toEqual([])
})

it('runs hooks once, also of a pod that is deleted just then', async () => {
  await createPod('leaving', { containers: [container('leaving', 500, preStop('leaving'))] })
  await runs('leaving', 'leaving')
  await shutDown({
    async routedAway() {
      await cluster.client.delete(resources.pods, ref('leaving'))
      await expect.poll(noted, { timeout: 20_000, interval: 20 }).toContain('leaving has its hook')
    },
  })
  expect((await noted()).slice(1)).toEqual(['leaving has its hook', 'leaving is asked', 'leaving ends'])
})
