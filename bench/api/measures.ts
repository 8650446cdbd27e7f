/** What is measured, as data: each line of the table with its plan and its aim. */
import {
  applyConfigMaps,
  CONFIG_MAPS,
  createConfigMaps,
  createPods,
  getConfigMaps,
  listPods,
  NAMESPACE,
  patchConfigMaps,
} from './objects.ts'
import { errorMessage } from '../../src/lib/index.ts'
import { applyLoad, type Measured, type Plan } from './load.ts'
import { call, type Side } from '../../test/sides/side.ts'

const ATTEMPTS = 3
/** Objects that gets, patches and applies are spread over. */
const OBJECTS = 1000
/** Where things are made that later measurements must not find. */
const MORE = 'bench-more'

export interface Rounds {
  count: number
  /** 0: none. */
  warmUpSeconds: number
  /** Of one measurement. */
  seconds: number
  pods: number
  events: number
}

export interface Measure {
  what: string
  /** How many times the peer's figure ours should be, at least; the most it should be where less is more. */
  aim: number
  lessIsMore?: boolean
  /** Whether a round before the others makes sense. */
  warmUp?: boolean
  unit: string
  run: (target: { generator: string; side: Side; rounds: Rounds; round: number }) => Promise<Measured>
  figure: (measured: Measured) => number
}

type Target = Parameters<Measure['run']>[0]

const perSecond = ({ requests, seconds }: Measured) => requests / seconds

function requests(what: string, aim: number, plan: (target: Target) => Plan): Measure {
  return {
    what,
    aim,
    unit: '/s',
    warmUp: true,
    run: (target) => applyLoad(target.generator, target.side, { seconds: target.rounds.seconds, ...plan(target) }),
    figure: perSecond,
  }
}

/** With controllers, scheduler and kubelet in the same process, all watching. */
export const engineMeasures: readonly Measure[] = [
  requests('the whole engine: create ConfigMaps', 5, ({ round }) => createConfigMaps(`engine-${round}-`)),
  requests('the whole engine: get a ConfigMap', 5, () => getConfigMaps('fill-', OBJECTS)),
]

/** In an order in which later ones find what earlier ones made. `fill` comes before all of them. */
export const measures: readonly Measure[] = [
  requests('create ConfigMaps', 5, ({ round }) => createConfigMaps(`create-${round}-`)),
  requests('get a ConfigMap', 5, () => getConfigMaps('fill-', OBJECTS)),
  requests('get a ConfigMap, HTTP/2', 5, () => ({ ...getConfigMaps('fill-', OBJECTS), protocol: 'h2' })),
  requests('create ConfigMaps, HTTP/2', 5, ({ round }) => ({
    ...createConfigMaps(`create-h2-${round}-`),
    protocol: 'h2',
  })),
  requests('patch a ConfigMap (strategic merge)', 4, () => patchConfigMaps('fill-', OBJECTS)),
  requests('server-side apply of a ConfigMap', 4, () => applyConfigMaps('fill-', OBJECTS)),
  requests('create pods', 5, ({ round, rounds }) => ({
    ...createPods(`pod-${round}-`, round === 0 ? NAMESPACE : MORE),
    // Those of the first round are what is listed.
    ...(round === 0 && { seconds: 0, count: rounds.pods }),
  })),
  requests('list of pods', 5, () => ({ ...listPods, connections: 4 })),
  requests('list of pods, gzip', 5, () => ({ ...listPods, connections: 4, gzip: true })),
  watchMeasure(100, 2),
  latencyMeasure(),
]

export function watchMeasure(watchers: number, aim: number): Measure {
  return {
    what: `events delivered to ${watchers} watchers`,
    aim,
    unit: '/s',
    run: async ({ generator, side, round, rounds }) => {
      const count = Math.ceil(Math.min(rounds.events, (rounds.events * 100) / watchers))
      for (let attempt = 1; ; attempt += 1) {
        const watchPath = `${CONFIG_MAPS}?watch=true&resourceVersion=${await currentRevision(side)}`
        const plan = createConfigMaps(`watched-${watchers}-${round}-${attempt}-`)
        try {
          return await applyLoad(generator, side, { ...plan, mode: 'watchers', watchers, watchPath, count })
        } catch (error) {
          // kube-apiserver ends the watches of those who read too slowly; they are to begin again.
          if (attempt === ATTEMPTS || !errorMessage(error).includes('the server ended a watch')) throw error
        }
      }
    },
    figure: ({ events, seconds }) => events / seconds,
  }
}

function latencyMeasure(): Measure {
  return {
    what: 'from create to its event, p50',
    aim: 1,
    lessIsMore: true,
    unit: ' ms',
    run: async ({ generator, side, round, rounds }) =>
      applyLoad(generator, side, {
        ...createConfigMaps(`seen-${round}-`),
        mode: 'latency',
        watchPath: `${CONFIG_MAPS}?watch=true&resourceVersion=${await currentRevision(side)}`,
        count: Math.min(500, rounds.events),
      }),
    figure: ({ p50 }) => p50,
  }
}

async function currentRevision(side: Side): Promise<string> {
  const { body } = await call(side, { method: 'GET', path: `${CONFIG_MAPS}?limit=1` })
  return (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

/** The namespace, the account its pods run as (a side without controllers makes none), and what is read and changed. */
export async function prepare(generator: string, side: Side): Promise<void> {
  for (const name of [NAMESPACE, MORE]) {
    await mustExist(side, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
    await mustExist(side, `/api/v1/namespaces/${name}/serviceaccounts`, account)
  }
  await applyLoad(generator, side, { ...createConfigMaps('fill-'), count: OBJECTS })
}

async function mustExist(side: Side, path: string, body: unknown): Promise<void> {
  const { status, body: answer } = await call(side, { method: 'POST', path, body })
  if (status !== 201 && status !== 409) throw new Error(`${side.name}: POST ${path}: ${JSON.stringify(answer)}`)
}
