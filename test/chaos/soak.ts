// `npm run soak [-- --pods 110 --starts 1000 --output FILE]`: as many pods at once as a node takes, then starts and stops in
// waves. Ends with 1, and says what is wrong, where something of a pod outlives it or memory grows.
import { parseArgs } from 'node:util'
import { eventually } from '../acceptance/harness/command.ts'
import { openNode } from '../acceptance/harness/node.ts'
import { proportionalMB } from '../acceptance/harness/memory.ts'
import { endPods, startPods } from '../acceptance/harness/pod-waves.ts'
import type { Role } from '../acceptance/harness/processes.ts'
import { strays } from '../acceptance/harness/strays.ts'
import { table, writeSection } from './report.ts'

const WAVE = 25
/** Starts before memory is looked at for the first time: caches fill, code is compiled. */
const WARM_UP = 100
const CLEAN_MS = 90_000
const ROLES: readonly Role[] = ['engine', 'containerd']
/** What a process may grow by between the first look and the last: garbage not yet collected makes so much. */
const GROWTH_MB = 30

const { values } = parseArgs({
  options: { pods: { type: 'string' }, starts: { type: 'string' }, output: { type: 'string' } },
})
const pods = Number(values.pods ?? 110)
const starts = Number(values.starts ?? 1000)
const say = (line: string) => void process.stdout.write(`${line}\n`)
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const rows: [string, string][] = []
const problems: string[] = []
const tell = (what: string, found: string) => {
  rows.push([what, found])
  say(`${what}: ${found}`)
}

{
  await using node = await openNode('pause')
  const { naru, client } = node
  const clean = async (what: string) => {
    let found: string[] = []
    const look = async () => (found = await strays(client, naru.stateDir)).length === 0
    await eventually(what, look, { timeoutMs: CLEAN_MS, everyMs: 1000 }).catch((error: unknown) => {
      if (found.length === 0) throw error
    })
    problems.push(...found)
    tell(what, found.length === 0 ? 'yes' : `no: ${found.join('; ')}`)
  }

  tell(`${pods} pods at once, until all are ready`, seconds(await startPods(client, pods)))
  await clean('the machine has what they need, and nothing else')
  tell('deleted at once, until all are gone', seconds(await endPods(client)))
  await clean('nothing is left of them')

  const before = new Map<Role, number>()
  const begun = performance.now()
  for (let done = 0; done < starts; done += WAVE) {
    await startPods(client, WAVE)
    await endPods(client)
    if (done + WAVE === WARM_UP) for (const role of ROLES) before.set(role, await proportionalMB(naru.stateDir, role))
  }
  tell(`${starts} pods started and stopped, ${WAVE} at a time, in`, seconds(performance.now() - begun))
  await clean('nothing is left of these')
  for (const role of ROLES) {
    const [first = Number.NaN, last] = [before.get(role), await proportionalMB(naru.stateDir, role)]
    tell(`PSS of ${role} after ${WARM_UP} of them, and after all`, `${first.toFixed(0)} MB, ${last.toFixed(0)} MB`)
    if (!(last - first < GROWTH_MB)) problems.push(`${role} has grown by ${(last - first).toFixed(0)} MB`)
  }
}
for (const problem of problems) say(`WRONG ${problem}`)
say(problems.length === 0 ? 'all is as it should be' : `${problems.length} things are wrong`)
process.exitCode = problems.length === 0 ? 0 : 1
if (values.output !== undefined)
  await writeSection(
    values.output,
    'Many pods',
    `\`npm run soak -- --pods ${pods} --starts ${starts}\`: pods of one sleeping process, with a network of their own. "Nothing is
left" counts containers, shims, mounts, folders, addresses, network namespaces, the network plugins' records and rules, and
control groups. A process may grow by ${GROWTH_MB} MB of PSS.

${table(rows, ['what', 'found'])}`,
  )
