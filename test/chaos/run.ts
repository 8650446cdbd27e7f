// `npm run chaos [-- --minutes 10 --seed N --output FILE]`: the engine under a changing load while its processes are killed at random.
// Ends with 1, and says what is wrong, unless in the end the cluster is as it was asked to be and nothing is left over.
import { parseArgs } from 'node:util'
import { resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { eventually } from '../acceptance/harness/command.ts'
import type { Installation } from '../acceptance/harness/installation.ts'
import { openNode } from '../acceptance/harness/node.ts'
import { withoutOtherEngines } from '../acceptance/harness/own-traces.ts'
import { imageOf } from '../acceptance/harness/publish-image.ts'
import { strays } from '../acceptance/harness/strays.ts'
import { machineTraces } from '../acceptance/harness/traces.ts'
import { killOne, type Victim } from './killer.ts'
import { table, writeSection } from './report.ts'
import { unsettled } from './settled.ts'
import { NAMESPACE, Wishes } from './wishes.ts'

/** Between two changes, and between two deaths; milliseconds. */
const CHANGE_EVERY = 500
const KILL_EVERY = { least: 2000, most: 6000 }
const SETTLE_MS = 240_000

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, output: { type: 'string' } },
})
const minutes = Number(values.minutes ?? 10)
const seed = Number(values.seed ?? Date.now() % 100_000)
const say = (line: string) => void process.stdout.write(`${line}\n`)
const problems: string[] = []
const rows: [string, string][] = []
let stateDir = ''

say(`seed ${seed}, ${minutes} minutes`)
const before = await machineTraces()
{
  await using node = await openNode('busybox')
  const { naru, client } = node
  ;({ stateDir } = naru)
  await client.create(resources.namespaces, { metadata: { name: NAMESPACE }, spec: {} })
  const random = randomFrom(seed)
  const wishes = new Wishes({ client, image: imageOf('busybox'), random })
  const deaths = await unrest(naru, wishes, random)
  const killed = [...deaths].map(([victim, times]) => `${victim} ${times}×`).join(', ')
  rows.push(['changes acknowledged', String(wishes.acknowledged)], ['changes not answered', String(wishes.unanswered)])
  rows.push(['killed with `SIGKILL`', killed])
  say(`${wishes.acknowledged} changes acknowledged, ${wishes.unanswered} not answered`)
  say(`killed: ${killed}`)
  await naru.mustNaru('up')
  const settling = performance.now()
  await holds('the cluster is as asked', async () => [...(await wishes.differences()), ...(await unsettled(client))])
  await holds('the machine has what the pods need', () => strays(client, naru.stateDir))
  const settled = `${((performance.now() - settling) / 1000).toFixed(1)} s`
  rows.push(['settled after the last death, in', settled])
  say(`settled after ${settled}`)
  await client.delete(resources.namespaces, { name: NAMESPACE })
  await holds('nothing is left of the namespace', () => remains(client))
  await holds('nothing is left of its pods', () => strays(client, naru.stateDir))
}
// Whatever ends with the engine needs a moment to be gone.
await holds('the machine is as it was', async () => {
  const after = withoutOtherEngines(await machineTraces(), stateDir)
  return after.filter((trace) => !before.includes(trace))
})
say(problems.length === 0 ? 'all is as it should be' : `${problems.length} things are wrong`)
process.exitCode = problems.length === 0 ? 0 : 1
if (values.output !== undefined)
  await writeSection(
    values.output,
    'Processes killed at random',
    `\`npm run chaos -- --minutes ${minutes} --seed ${seed}\`: Deployments, StatefulSets and Jobs are made, scaled and deleted
every half second, while every two to six seconds the engine (and it is started again), the edge, containerd or a pod's shim is
killed. Then nothing more is done, and every acknowledged change has to be there, every pod that is wanted has to be ready,
and the machine has to have exactly what the pods need: containers, shims, mounts, addresses, network namespaces, rules,
control groups. Last the namespace is deleted and the engine purged, and nothing may be left of either.

${table(rows, ['what', 'how many'])}`,
  )

/** Changes and deaths until the time is over. */
async function unrest(naru: Installation, wishes: Wishes, random: () => number): Promise<Map<Victim, number>> {
  const end = performance.now() + minutes * 60_000
  const isOver = () => performance.now() > end
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const deaths = new Map<Victim, number>()
  const changing = (async () => {
    while (!isOver()) {
      await wishes.change()
      await pause(CHANGE_EVERY)
    }
  })()
  while (!isOver()) {
    await pause(KILL_EVERY.least + random() * (KILL_EVERY.most - KILL_EVERY.least))
    const victim = await killOne(naru, random)
    if (victim !== undefined) deaths.set(victim, (deaths.get(victim) ?? 0) + 1)
  }
  await changing
  return deaths
}

/** Says what is wrong for as long as it is; notes it when it stays so. */
async function holds(what: string, wrong: () => Promise<string[]>): Promise<void> {
  let found: string[] = []
  try {
    await eventually(what, async () => (found = await wrong()).length === 0, { timeoutMs: SETTLE_MS, everyMs: 1000 })
    say(`ok    ${what}`)
    rows.push([what, 'yes'])
  } catch (error) {
    if (found.length === 0) throw error
    for (const problem of found) say(`WRONG ${what}: ${problem}`)
    problems.push(...found)
    rows.push([what, `no: ${found.join('; ')}`])
  }
}

async function remains(client: Client): Promise<string[]> {
  const { items } = await client.list(resources.namespaces)
  return items.some(({ metadata }) => metadata.name === NAMESPACE) ? ['the namespace is there'] : []
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
