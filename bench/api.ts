/** The API server beside kube-apiserver and etcd: both run at once, and each is measured in turn by the same generator.
 *  Start and memory are those of the whole engine. The table's other lines are those of our API server and its store in a
 *  process of their own, because the peer has no controllers either; the lines about the engine say what those cost. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorMessage } from '../src/lib/index.ts'
import { runCommand } from '../test/acceptance/harness/command.ts'
import { buildGoTool, findGoTool } from '../tools/go/build.ts'
import { growthRows } from './api/growth.ts'
import { openKubernetesSide } from '../test/sides/kubernetes-side.ts'
import type { Measured } from './api/load.ts'
import { engineMeasures, type Measure, measures, prepare, type Rounds } from './api/measures.ts'
import { openEngineSide } from './api/engine-side.ts'
import { openServerSide } from '../test/sides/server-side.ts'
import { memoryMegabytes, type Side } from '../test/sides/side.ts'
import type { BenchOptions } from './run.ts'
import { medianOf, type Row } from './table.ts'

const FULL: Rounds = { count: 3, warmUpSeconds: 2, seconds: 4, pods: 5000, events: 1500 }
const QUICK: Rounds = { count: 1, warmUpSeconds: 0, seconds: 1, pods: 500, events: 200 }
/** After the start, before memory is read. */
const IDLE_MS = 5000

const say = (line: string) => void process.stderr.write(`  ${line}\n`)

export async function apiBench({ quick }: BenchOptions): Promise<Row[]> {
  const rounds = quick ? QUICK : FULL
  const generator = await buildGoTool('apiload', say)
  const folder = await mkdtemp(join(tmpdir(), 'naru-bench-api-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const openPeer = await findPeer(quick)
  const ready: ReadySamples = { ours: [], theirs: [] }
  for (let round = 1; round < rounds.count; round += 1) {
    {
      await using engine = await openEngineSide(await mkdtemp(join(folder, 'engine-')))
      ready.ours.push(engine.readyMs)
    }
    await using peer = await openPeer?.(await mkdtemp(join(folder, 'peer-')))
    if (peer !== undefined) ready.theirs.push(peer.readyMs)
  }
  const theirs = await openPeer?.(folder)
  if (theirs !== undefined) {
    opened.use(theirs)
    ready.theirs.push(theirs.readyMs)
  }
  const peers = theirs === undefined ? [] : [theirs]

  const rows: Row[] = []
  const measureAll = async (all: readonly Measure[], field: Field) => {
    for (const measure of all) {
      rows.push(await measuredRow(measure, field))
      say(Object.values(rows.at(-1) ?? {}).join(' | '))
    }
  }
  {
    await using engine = await openEngineSide(folder)
    ready.ours.push(engine.readyMs)
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    rows.push(readyRow(ready), await memoryRow(engine, theirs))
    for (const side of [engine, ...peers]) await prepare(generator, side)
    if (!quick) await measureAll(engineMeasures, { generator, sides: [engine, ...peers], rounds })
  }
  const server = opened.use(await openServerSide(folder))
  await prepare(generator, server)
  const field = { generator, sides: [server, ...peers], rounds }
  await measureAll(measures, field)
  if (!quick) rows.push(...(await growthRows({ ...field, say })))
  return rows
}

/** Undefined, and said so, where a part of the peer is missing. */
async function findPeer(quick: boolean): Promise<((folder: string) => Promise<Side>) | undefined> {
  const etcd = await runCommand('etcd', ['--version']).catch(() => undefined)
  if (etcd?.code !== 0) {
    say('no peer: etcd is missing; install it with apt-get install etcd-server')
    return undefined
  }
  if (quick && findGoTool('kube-apiserver') === undefined) {
    say('no peer: kube-apiserver is not built; bin/node24 tools/go/build.ts kube-apiserver builds it')
    return undefined
  }
  const binary = await buildGoTool('kube-apiserver', say)
  return (folder) => openKubernetesSide(binary, folder)
}

interface ReadySamples {
  ours: number[]
  theirs: number[]
}

interface Field {
  generator: string
  /** Ours first; the peer may be missing. */
  sides: readonly Side[]
  rounds: Rounds
}

/** A measure that fails does not keep the others from being made, and makes the run fail. */
async function measuredRow(measure: Measure, field: Field): Promise<Row> {
  const [ours, theirs] = field.sides
  try {
    const samples = await sample(measure, field)
    return rowOf(measure, (ours && samples.get(ours)) ?? [], theirs && samples.get(theirs))
  } catch (error) {
    process.exitCode = 1
    return { what: measure.what, measured: errorMessage(error).slice(0, 200), beside: '', verdict: 'failed' }
  }
}

type Samples = Map<Side, Measured[]>

/** Side after side, round after round, so that whatever else the machine does meets both. */
async function sample(measure: Measure, { generator, sides, rounds }: Field): Promise<Samples> {
  const samples: Samples = new Map(sides.map((side) => [side, []]))
  if (rounds.warmUpSeconds > 0 && measure.warmUp)
    for (const side of sides)
      await measure.run({ generator, side, round: -1, rounds: { ...rounds, seconds: rounds.warmUpSeconds } })
  for (let round = 0; round < rounds.count; round += 1)
    for (const side of sides) samples.get(side)?.push(await measure.run({ generator, side, rounds, round }))
  return samples
}

const digits = (value: number) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0))

function rowOf(measure: Measure, ours: readonly Measured[], theirs: readonly Measured[] | undefined): Row {
  const figure = (samples: readonly Measured[]) => medianOf(samples.map(measure.figure))
  const cpu = ({ serverCpu, requests, events }: Measured) => (serverCpu / Math.max(requests, events)) * 1e6
  const told = (samples: readonly Measured[]) =>
    `${digits(figure(samples))}${measure.unit} (${samples.map((one) => digits(measure.figure(one))).join(', ')}), p50 ${digits(medianOf(samples.map(({ p50 }) => p50)))} ms, p99 ${digits(medianOf(samples.map(({ p99 }) => p99)))} ms, CPU ${digits(medianOf(samples.map(cpu)))} µs`
  const row = { what: measure.what, measured: told(ours) }
  const aimed = measure.lessIsMore ? `aim under ${measure.aim}${measure.unit}` : `aim ${measure.aim}×`
  if (theirs === undefined) return { ...row, beside: `${aimed}; no peer`, verdict: '' }
  const ratio = figure(ours) / figure(theirs)
  const met = measure.lessIsMore ? figure(ours) < measure.aim : ratio >= measure.aim
  return { ...row, beside: `${told(theirs)}; ${aimed}`, verdict: `${ratio.toFixed(2)}×, ${met ? 'ok' : 'missed'}` }
}

function readyRow({ ours, theirs }: ReadySamples): Row {
  const told = (samples: readonly number[]) =>
    `${(medianOf(samples) / 1000).toFixed(2)} s (${samples.map((ms) => (ms / 1000).toFixed(2)).join(', ')})`
  const part = theirs.length === 0 ? undefined : medianOf(ours) / medianOf(theirs)
  return {
    what: '`naru up` until /readyz',
    measured: told(ours),
    beside: `${theirs.length === 0 ? 'no peer' : told(theirs)}; aim under a third`,
    verdict: part === undefined ? '' : `${part.toFixed(2)}×, ${part < 1 / 3 ? 'ok' : 'missed'}`,
  }
}

async function memoryRow(ours: Side, theirs: Side | undefined): Promise<Row> {
  const told = async (side: Side) => {
    const { proportional, resident } = await memoryMegabytes(side)
    return { proportional, text: `${proportional.toFixed(0)} MB PSS, ${resident.toFixed(0)} MB RSS` }
  }
  const own = await told(ours)
  const other = theirs && (await told(theirs))
  const part = other && own.proportional / other.proportional
  return {
    what: 'memory of the server and its store, idle',
    measured: `${own.text}, controllers and node included`,
    beside: `${other?.text ?? 'no peer'}, etcd and kube-apiserver alone; aim under 118 MB`,
    verdict: `${part === undefined ? '' : `${part.toFixed(2)}×, `}${own.proportional < 118 ? 'ok' : 'missed'}`,
  }
}
