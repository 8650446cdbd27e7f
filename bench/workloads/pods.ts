/** Pods on this machine's node: how soon they run, and what the way through a Service costs. */
import { join } from 'node:path'
import { type k8s, REGISTRY_HOST, resources } from '../../src/api/index.ts'
import {
  type Client,
  type Informer,
  loadKubeconfig,
  openClient,
  openHttpsExchange,
  openInformer,
} from '../../src/client/index.ts'
import { systemClock } from '../../src/lib/index.ts'
import { eventually, mustRun } from '../../test/acceptance/harness/command.ts'
import { type Installation, openInstallation } from '../../test/acceptance/harness/installation.ts'
import { publishImages } from '../../tools/conformance/images/publish.ts'
import { imageRecipes } from '../../tools/conformance/images/recipes.ts'
import { registryOf } from '../../tools/conformance/images/registry-of.ts'
import { medianOf, type Row, secondsRow } from '../table.ts'

const NAMESPACE = 'bench'
const IMAGES = { busybox: 'e2e-test-images/busybox', nginx: 'e2e-test-images/nginx' }
const RUNNING_AIM_MS = 250
const MANY_AIM_MS = 15_000
/** Of requests/s from pod to pod, at least. */
const SERVICE_AIM = 0.95
/** Measurements of the one and the other, side by side. */
const PAIRS_A_ROUND = 3
/** What the kubelet asks of the runtime for a pod to run, as the metrics name it. */
const STARTING = ['run_podsandbox', 'create_container', 'start_container']

export async function podRows({ quick }: { quick: boolean }): Promise<Row[]> {
  await using naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
  await naru.mustNaru('up')
  const images = await publish(naru)
  await using exchange = openHttpsExchange((await loadKubeconfig(naru.env.KUBECONFIG ?? '', 'naru')).connection)
  const client = openClient(exchange)
  await client.create(resources.namespaces, { metadata: { name: NAMESPACE }, spec: {} })
  await eventually('the namespace has its account', () =>
    client.get(resources.serviceaccounts, { namespace: NAMESPACE, name: 'default' }),
  )
  await using pods = await openInformer(client, resources.pods, { namespace: NAMESPACE, clock: systemClock })
  const many = quick ? 10 : 100
  const cluster = { naru, client, pods }
  await oneByOne(cluster, images.busybox, 1)
  const before = await runtimeSeconds(naru)
  const count = quick ? 3 : 20
  const single = await oneByOne(cluster, images.busybox, count)
  const ownMs = ((await runtimeSeconds(naru)) - before) * (1000 / count)
  const together = await allAtOnce(cluster, images.busybox, many)
  return [
    millisecondsRow('pod create → Running, a small local image, p50', single, { aimMs: RUNNING_AIM_MS, ownMs }),
    secondsRow(`${many} pods created at once, until all are Running`, [together], MANY_AIM_MS, ''),
    await serviceRow(cluster, images.nginx, quick ? 1 : 3),
  ]
}

interface Cluster {
  naru: Installation
  client: Client
  pods: Informer<k8s.Pod>
}

async function publish(naru: Installation): Promise<Record<keyof typeof IMAGES, string>> {
  const recipes = Object.values(IMAGES).flatMap((repository) => {
    const recipe = imageRecipes.findLast((one) => one.repository === repository)
    return recipe === undefined ? [] : [recipe]
  })
  await publishImages({
    registry: await registryOf({ stateDir: naru.stateDir, runDir: join(naru.stateDir, 'run') }),
    recipes,
    signal: new AbortController().signal,
    say: () => {},
  })
  const [busybox = '', nginx = ''] = recipes.map(({ repository, tag }) => `${REGISTRY_HOST}/${repository}:${tag}`)
  return { busybox, nginx }
}

const isRunning = ({ status }: k8s.Pod) => status?.phase === 'Running'

/** Each on a node that has nothing else to do: the one before it is gone from containerd, too. */
async function oneByOne(cluster: Cluster, image: string, count: number): Promise<number[]> {
  const { client, pods } = cluster
  const samples: number[] = []
  for (let index = 0; index < count; index += 1) {
    const name = `single-${index}`
    const running = until(`${name} runs`, () => pods.list().some((pod) => pod.metadata.name === name && isRunning(pod)))
    const start = performance.now()
    await client.create(resources.pods, sleeper(name, image))
    await running
    samples.push(performance.now() - start)
    await clear(cluster, [name])
  }
  return samples
}

async function allAtOnce(cluster: Cluster, image: string, count: number): Promise<number> {
  const { client, pods } = cluster
  const running = until('all pods run', () => pods.list().filter(isRunning).length === count)
  const start = performance.now()
  const names = Array.from({ length: count }, (_, index) => `many-${index}`)
  await Promise.all(names.map((name) => client.create(resources.pods, sleeper(name, image))))
  await running
  const took = performance.now() - start
  await clear(cluster, names)
  return took
}

async function clear({ naru, client }: Cluster, names: readonly string[]): Promise<void> {
  for (const name of names)
    await client.delete(resources.pods, { namespace: NAMESPACE, name }, { gracePeriodSeconds: 0 })
  const isClear = async () => (await ctr(naru, ['containers', 'list', '--quiet'])).trim() === ''
  await eventually('containerd has no containers', isClear, { timeoutMs: 120_000 })
}

/** What the runtime has taken for starting pods, all together: it is asked for three things for each of them. */
async function runtimeSeconds(naru: Installation): Promise<number> {
  const node = (await naru.kubectl('get', 'nodes', '-o', 'name')).trim().replace('node/', '')
  const metrics = await naru.kubectl('get', '--raw', `/api/v1/nodes/${node}/proxy/metrics`)
  const sum = /^kubelet_runtime_operations_duration_seconds_sum\{operation_type="(\w+)"\} ([\d.]+)$/gm
  const parts = [...metrics.matchAll(sum)].filter(([, operation = '']) => STARTING.includes(operation))
  if (parts.length !== STARTING.length)
    throw new Error(`the kubelet does not tell how long the runtime took:\n${metrics}`)
  return parts.reduce((total, [, , seconds]) => total + Number(seconds), 0)
}

const ctr = (naru: Installation, args: readonly string[]): Promise<string> => {
  const socket = join(naru.stateDir, 'run', 'containerd', 'containerd.sock')
  return mustRun('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args])
}

/** wrk in the network namespace of one pod, against another's address and against the Service before it, in turn. */
async function serviceRow({ naru, client, pods }: Cluster, image: string, rounds: number): Promise<Row> {
  await client.create(resources.pods, {
    metadata: { name: 'server', namespace: NAMESPACE, labels: { app: 'server' } },
    spec: { containers: [{ name: 'main', image }] },
  })
  await client.create(resources.pods, sleeper('client', image))
  const service = await client.create(resources.services, {
    metadata: { name: 'server', namespace: NAMESPACE },
    spec: { selector: { app: 'server' }, ports: [{ port: 80 }] },
  })
  await until('client and server run', () => pods.list().filter(isRunning).length === 2)
  const pid = await pidOf(naru, pods, 'client')
  const podIP = pods.list().find(({ metadata }) => metadata.name === 'server')?.status?.podIP ?? ''
  const clusterIP = service.spec.clusterIP ?? ''
  const rate = async (address: string) => {
    const output = await mustRun('nsenter', [
      `--net=/proc/${pid}/ns/net`,
      'wrk',
      '-t1',
      '-c16',
      '-d2s',
      `http://${address}/`,
    ])
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1])
  }
  await eventually('the Service answers', async () => (await rate(clusterIP)) > 0)
  // What else the machine does changes from second to second: each is compared with the one beside it.
  const pairs: { direct: number; served: number }[] = []
  for (let pair = 0; pair < rounds * PAIRS_A_ROUND; pair += 1)
    pairs.push(
      pair % 2 === 0
        ? { direct: await rate(podIP), served: await rate(clusterIP) }
        : { served: await rate(clusterIP), direct: await rate(podIP) },
    )
  const ratios = pairs.map(({ direct, served }) => served / direct)
  const ratio = medianOf(ratios)
  return {
    what: 'requests/s from a pod to a ClusterIP',
    measured: medianOf(pairs.map(({ served }) => served)).toFixed(0),
    beside: `pod to pod ${medianOf(pairs.map(({ direct }) => direct)).toFixed(0)}; aim at least ${SERVICE_AIM}×`,
    verdict: `${ratio.toFixed(2)}× (pairs ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), ${ratio >= SERVICE_AIM ? 'ok' : 'missed'}`,
  }
}

/** Of the process in a pod's only container. */
async function pidOf(naru: Installation, pods: Informer<k8s.Pod>, name: string): Promise<string> {
  const pod = pods.list().find(({ metadata }) => metadata.name === name)
  const id = pod?.status?.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? ''
  const table = await ctr(naru, ['tasks', 'list'])
  const pid = table
    .split('\n')
    .find((line) => line.startsWith(id))
    ?.split(/\s+/)[1]
  if (pid === undefined) throw new Error(`containerd runs nothing for pod ${name}`)
  return pid
}

const sleeper = (name: string, image: string): k8s.Pod => ({
  metadata: { name, namespace: NAMESPACE },
  spec: {
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image, command: ['sleep', '3600'] }],
  },
})

/** As the informer tells it, looked at every few milliseconds. */
const until = (what: string, holds: () => boolean): Promise<boolean> =>
  eventually(what, () => Promise.resolve(holds()), { timeoutMs: 120_000, everyMs: 2 })

function millisecondsRow(
  what: string,
  samples: readonly number[],
  { aimMs, ownMs }: { aimMs: number; ownMs: number },
): Row {
  const sorted = [...samples].sort((a, b) => a - b)
  const median = medianOf(samples)
  return {
    what,
    measured: `${median.toFixed(0)} ms (${sorted[0]?.toFixed(0)} to ${sorted.at(-1)?.toFixed(0)})`,
    beside: `aim under ${aimMs} ms; containerd's own part ${ownMs.toFixed(0)} ms, in the mean`,
    verdict: median < aimMs ? 'ok' : 'missed',
  }
}
