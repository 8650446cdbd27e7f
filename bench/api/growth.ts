/** How both sides bear more: a line for each number of objects and of watchers. */
import { medianOf, type Row } from '../table.ts'
import { applyLoad, type Plan } from './load.ts'
import { watchMeasure, type Rounds } from './measures.ts'
import { createConfigMaps, getConfigMaps, listConfigMapsPage } from './objects.ts'
import { call, type Side } from '../../test/sides/side.ts'

const OBJECTS = [1_000, 10_000, 100_000]
const WATCHERS = [10, 100, 1000]
/** So many objects are counted as the measured ones when their rate of creation is told. */
const MEASURED_CREATES = 1000
const NAMESPACE = 'bench-growth'

interface Growth {
  generator: string
  sides: readonly Side[]
  rounds: Rounds
  say: (line: string) => void
}

export async function growthRows(growth: Growth): Promise<Row[]> {
  const rows: Row[] = []
  let before = 0
  for (const objects of OBJECTS) {
    rows.push(await objectsRow(growth, { from: before, to: objects }))
    growth.say(Object.values(rows.at(-1) ?? {}).join(' | '))
    before = objects
  }
  for (const watchers of WATCHERS) {
    rows.push(await watchersRow(growth, watchers))
    growth.say(Object.values(rows.at(-1) ?? {}).join(' | '))
  }
  return rows
}

async function objectsRow({ generator, sides, rounds }: Growth, { from, to }: { from: number; to: number }) {
  const told: string[] = []
  const rates: number[][] = []
  for (const side of sides) {
    await call(side, {
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    })
    const rate = async (plan: Plan) => {
      const { requests, seconds } = await applyLoad(generator, side, inNamespace(plan))
      return requests / seconds
    }
    const rest = to - from - MEASURED_CREATES
    if (rest > 0) await rate({ ...createConfigMaps(`grow-`), first: from, count: rest })
    const create = await rate({ ...createConfigMaps(`grow-`), first: to - MEASURED_CREATES, count: MEASURED_CREATES })
    const get = await rate({ ...getConfigMaps('grow-', to), seconds: rounds.seconds })
    const list = await rate({ ...listConfigMapsPage, connections: 4, seconds: rounds.seconds })
    rates.push([create, get, list])
    told.push(`create ${create.toFixed(0)}/s, get ${get.toFixed(0)}/s, list of 500 ${list.toFixed(0)}/s`)
  }
  return {
    what: `with ${to.toLocaleString('en')} ConfigMaps`,
    measured: told[0] ?? '',
    beside: told[1] ?? 'no peer',
    verdict: ratios(rates),
  }
}

const inNamespace = (plan: Plan): Plan => ({ ...plan, path: plan.path.replace('/bench/', `/${NAMESPACE}/`) })

function ratios([ours, theirs]: readonly number[][]): string {
  if (theirs === undefined) return ''
  return (ours ?? []).map((rate, n) => `${(rate / (theirs[n] ?? Number.NaN)).toFixed(1)}×`).join(' ')
}

async function watchersRow({ generator, sides, rounds }: Growth, watchers: number): Promise<Row> {
  const measure = watchMeasure(watchers, 2)
  const told: string[] = []
  const rates: number[][] = []
  for (const side of sides) {
    const samples = []
    for (let round = 100; round < 100 + rounds.count; round += 1)
      samples.push(await measure.run({ generator, side, rounds, round }))
    const rate = medianOf(samples.map(measure.figure))
    rates.push([rate])
    told.push(`${rate.toFixed(0)} events/s, a write's p99 ${medianOf(samples.map(({ p99 }) => p99)).toFixed(0)} ms`)
  }
  return {
    what: `with ${watchers} watchers`,
    measured: told[0] ?? '',
    beside: told[1] ?? 'no peer',
    verdict: ratios(rates),
  }
}
