import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { eventually } from '../../../test/harness/eventually.ts'
import { APP_LABEL, type Exchange, type k8s, PROCESS_LABEL, releases, resources } from '../../api/index.ts'
import { systemClock } from '../../lib/index.ts'
import { openTranslate } from '../messages/translate.ts'
import type { LogEntry } from './entry.ts'
import { followLogs } from './follow.ts'
import { readHistory } from './history.ts'
import type { LogSelection } from './read.ts'

const t = openTranslate('en')
const namespace = 'default'

/** Plays the log endpoint of a kubelet: lines by `pod/container`, streams that go on until they are broken. */
function playLogs() {
  const lines = new Map<string, string[]>()
  let wake = Promise.withResolvers<void>()
  let broken = 0
  const changed = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const kubelet: Exchange = async ({ url, signal }) => {
    const { pathname, searchParams: query } = new URL(url, 'http://kubelet')
    const [, , , pod, container] = pathname.split('/')
    const run = query.get('previous') === 'true' ? '/previous' : ''
    const key = `${pod}/${container}${run}`
    const known = lines.get(key)
    if (known === undefined) return { status: 400, headers: {}, body: 'waiting to start' }
    const tail = query.get('tailLines')
    const epoch = broken
    async function* body() {
      let next = tail === null ? 0 : Math.max(0, (known?.length ?? 0) - Number(tail))
      for (;;) {
        for (const line of known?.slice(next) ?? []) yield `${line}\n`
        next = known?.length ?? 0
        if (query.get('follow') !== 'true' || broken !== epoch || signal.aborted) return
        const gone = Promise.withResolvers<void>()
        signal.addEventListener('abort', () => gone.resolve(), { once: true })
        await Promise.race([wake.promise, gone.promise])
      }
    }
    return { status: 200, headers: {}, body: body() }
  }
  let lastMs = Math.floor(Date.now() / 1000) * 1000 - 60_000
  return {
    kubelet,
    /** A second after the line before, or at the same time. */
    print(pod: string, text: string, { container = 'app', afterMs = 1000 } = {}) {
      lastMs += afterMs
      const key = `${pod}/${container}`
      lines.set(key, lines.get(key) ?? [])
      lines.get(key)?.push(`${new Date(lastMs).toISOString()} ${text}`)
      changed()
    },
    /** A time between the line before and the next. */
    now: () => new Date(lastMs + 500).toISOString(),
    breakStreams() {
      broken += 1
      changed()
    },
  }
}

let cluster: TestCluster
let played: ReturnType<typeof playLogs>
let shown: LogEntry[]
let stop: AbortController
let following: Promise<unknown>

beforeEach(async () => {
  played = playLogs()
  cluster = await openTestCluster({ kubelet: played.kubelet })
  shown = []
  stop = new AbortController()
  following = Promise.resolve()
})
afterEach(async () => {
  stop.abort()
  await following
  await cluster[Symbol.asyncDispose]()
})

const texts = () => shown.map(({ text }) => text)
const labels = (process: string) => ({ [APP_LABEL]: 'shop', [PROCESS_LABEL]: process })

const makePod = (name: string, process = 'web', more: Partial<k8s.PodSpec> = {}) =>
  cluster.client.create(resources.pods, {
    metadata: { namespace, name, labels: labels(process) },
    spec: { nodeName: 'n', containers: [{ name: 'app', image: 'i' }], ...more },
  })

async function makeRelease(number: number, conditions: { type: string; time: string; message?: string }[]) {
  const name = `shop-v${number}`
  const release = {
    metadata: { namespace, name, labels: { [APP_LABEL]: 'shop' } },
    spec: { app: 'shop', number, image: 'i' },
  }
  const made = await cluster.client.create(releases, release)
  const written = conditions.map(({ type, time, message = '' }) => ({
    type,
    status: 'True',
    reason: type,
    message,
    lastTransitionTime: time,
  }))
  await cluster.client.updateStatus(releases, { ...made, status: { conditions: written } })
}

function follow(selection: LogSelection = {}, process?: string) {
  const { client } = cluster
  following = followLogs({
    client,
    namespace,
    name: 'shop',
    process,
    selection,
    t,
    clock: systemClock,
    signal: stop.signal,
    onEntry: (entry) => shown.push(entry),
  }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
}

const history = async (selection: LogSelection) => {
  const [pods, made, events] = await Promise.all([
    cluster.client.list(resources.pods, { namespace }),
    cluster.client.list(releases, { namespace }),
    cluster.client.list(resources.events, { namespace }),
  ])
  const sources = { pods: pods.items, releases: made.items, events: events.items }
  const { signal } = stop
  const options = { client: cluster.client, t, sources, selection, nowMs: Date.now(), signal }
  return (await readHistory(options)).entries.map(({ text }) => text)
}

it('puts the lines of all processes and what happened in the order of time', async () => {
  await makePod('shop-v1-a')
  await makePod('shop-v1-worker-b', 'worker', { initContainers: [{ name: 'proxy', image: 'i' }] })
  played.print('shop-v1-a', 'first')
  played.print('shop-v1-worker-b', 'second')
  const time = played.now()
  played.print('shop-v1-worker-b', 'third', { container: 'proxy' })
  played.print('shop-v1-a', 'fourth')
  await makeRelease(1, [{ type: 'Withdrawn', time, message: 'it crashes' }])
  expect((await history({})).slice(0, 5)).toEqual(['first', 'second', 'v1 is withdrawn: it crashes', 'third', 'fourth'])
})

it('of the last lines that match shows as many as were asked for, and what happened since', async () => {
  await makePod('shop-v1-a')
  await makeRelease(1, [{ type: 'Withdrawn', time: '2020-01-01T00:00:00Z', message: 'error' }])
  for (const text of ['error 1', 'error 2', 'fine', 'error 3', 'fine']) played.print('shop-v1-a', text)
  const keep = (text: string) => text.includes('error')
  expect(await history({ keep, tailLines: 2 })).toEqual(['error 2', 'error 3'])
})

it('shows what was printed before a restart, and why there was one', async () => {
  const pod = await makePod('shop-v1-a')
  played.print('shop-v1-a', 'it grows', { container: 'app/previous' })
  const finishedAt = played.now()
  played.print('shop-v1-a', 'here again')
  const terminated = { exitCode: 137, reason: 'OOMKilled', finishedAt }
  const status = { name: 'app', image: 'i', imageID: '', ready: true, restartCount: 1, lastState: { terminated } }
  await cluster.client.updateStatus(resources.pods, { ...pod, status: { containerStatuses: [status] } })
  const killed = 'web.a was killed: memory ran out'
  expect(await history({})).toEqual(['it grows', killed, 'here again'])
  expect(await history({ tailLines: 1 })).toEqual(['here again'])
  expect(await history({ previous: true })).toEqual(['it grows'])
})

it('shows what happened where nothing was printed', async () => {
  await makePod('shop-v1-a')
  await makeRelease(1, [{ type: 'Withdrawn', time: '2020-01-01T00:00:00Z', message: 'it crashes' }])
  expect(await history({ tailLines: 5 })).toEqual(['v1 is withdrawn: it crashes', 'v1 is deployed'])
  expect(await history({ tailLines: 0 })).toEqual([])
})

it('goes on with pods and releases that come, and shows no line twice when a stream breaks', async () => {
  await makePod('shop-v1-a')
  played.print('shop-v1-a', 'before')
  follow()
  await eventually(async () => expect(texts()).toEqual(['before']))
  played.print('shop-v1-a', 'after')
  await eventually(async () => expect(texts()).toEqual(['before', 'after']))
  played.breakStreams()
  played.print('shop-v1-a', 'again')
  await eventually(async () => expect(texts()).toEqual(['before', 'after', 'again']))

  await makeRelease(2, [{ type: 'Ready', time: new Date().toISOString() }])
  await makePod('shop-v2-c')
  played.print('shop-v2-c', 'new')
  await eventually(async () => expect(texts().slice(3).toSorted()).toEqual(['new', 'v2 is deployed', 'v2 is up']))
})

it('shows all lines of one time, as a process that writes several at once has them', async () => {
  await makePod('shop-v1-a')
  played.print('shop-v1-a', 'before')
  follow()
  await eventually(async () => expect(texts()).toEqual(['before']))
  played.print('shop-v1-a', 'one')
  played.print('shop-v1-a', 'two', { afterMs: 0 })
  await eventually(async () => expect(texts()).toEqual(['before', 'one', 'two']))
  played.breakStreams()
  played.print('shop-v1-a', 'three')
  await eventually(async () => expect(texts()).toEqual(['before', 'one', 'two', 'three']))
})

it('of one process shows its lines and what happens to its pods alone', async () => {
  const worker = await makePod('shop-v1-worker-b', 'worker')
  await makePod('shop-v1-a')
  played.print('shop-v1-a', 'of web')
  follow({}, 'worker')
  played.print('shop-v1-worker-b', 'of worker')
  await eventually(async () => expect(texts()).toEqual(['of worker']))
  await makeRelease(1, [{ type: 'Ready', time: new Date().toISOString() }])
  const terminated = { exitCode: 137, reason: 'OOMKilled', finishedAt: new Date().toISOString() }
  const status = { name: 'app', image: 'i', imageID: '', ready: false, restartCount: 0, state: { terminated } }
  await cluster.client.updateStatus(resources.pods, {
    ...worker,
    status: { phase: 'Running', containerStatuses: [status] },
  })
  await eventually(async () => expect(texts()).toEqual(['of worker', 'worker.b was killed: memory ran out']))
})

it('leaves out what does not match, of later lines and events as well', async () => {
  await makePod('shop-v1-a')
  follow({ keep: (text) => text.includes('x') })
  for (const text of ['no', 'x 1']) played.print('shop-v1-a', text)
  await makeRelease(1, [{ type: 'Ready', time: new Date().toISOString() }])
  played.print('shop-v1-a', 'x 2')
  await eventually(async () => expect(texts()).toEqual(['x 1', 'x 2']))
})
