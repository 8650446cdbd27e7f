// `npm run differential [-- --only NAME --mutate --verbose]`: the same requests to kube-apiserver v1.34 and to Naru's API server;
// fails where a client sees a difference that known.yaml does not explain, and where it explains one that is not there.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Case } from './case.ts'
import { tableCases } from './cases/index.ts'
import type { Difference } from './compare.ts'
import { Groups } from './groups.ts'
import { concerns, isKnownBy, type Known, parseKnown } from './known.ts'
import { objectCases, samples } from './objects.ts'
import { mutate } from './mutate.ts'
import { type Options, parseOptions, USAGE } from './options.ts'
import { type Exchanged, runCase } from './run-case.ts'
import { openSides } from './sides.ts'

/** Characters of a value. */
const MAX_SHOWN = 800
const say = (line: string) => void process.stdout.write(`${line}\n`)
const sayAside = (line: string) => void process.stderr.write(`${line}\n`)
const options = readOptions()
const known = parseKnown(await readFile(join(import.meta.dirname, 'known.yaml'), 'utf8'))
const isChosen = ({ name }: { name: string }) =>
  options.only.length === 0 || options.only.some((part) => name.includes(part))
const used = new Set<Known>()
const { count, differing, names } = await (options.mutate ? runMutations() : runCases())
const idle = options.mutate ? [] : known.filter((entry) => !used.has(entry) && concerns(entry, names))
for (const { case: name, at } of idle) say(`known.yaml has a difference that is not there: ${name}, ${at}`)
say(`${count} cases, ${differing} with differences, ${used.size} known differences, ${idle.length} known in vain`)
process.exitCode = differing + idle.length > 0 ? 1 : 0

interface Outcome {
  count: number
  differing: number
  /** Of the cases. */
  names: readonly string[]
}

async function runCases(): Promise<Outcome> {
  const cases = [...tableCases, ...(await objectCases())].filter(isChosen)
  const twice = cases.find(({ name }, n) => cases.findIndex((other) => other.name === name) !== n)
  if (twice !== undefined) fail(`two cases are named ${twice.name}`, 2)
  if (cases.length === 0) fail('no case has that name', 2)
  await using sides = await openSides(sayAside)
  let differing = 0
  for (const one of cases) {
    const exchanged = await runCase(sides, one)
    const unexplained = exchanged.map((each) => ({ ...each, differences: unknownOf(one, each) }))
    const differs = unexplained.some((each) => each.differences.length > 0)
    if (differs) differing += 1
    if (differs || options.verbose) say(one.name)
    for (const each of unexplained) tell(each)
  }
  return { count: cases.length, differing, names: cases.map(({ name }) => name) }
}

async function runMutations(): Promise<Outcome> {
  const chosen = (await samples()).filter(isChosen)
  await using sides = await openSides(sayAside)
  const groups = new Groups()
  let differing = 0
  const count = await mutate(sides, chosen, {
    tell(one, exchanged) {
      const unexplained = exchanged.flatMap((each) => unknownOf(one, each))
      if (unexplained.length > 0) differing += 1
      for (const difference of unexplained) groups.add(one.name.split(':')[0] ?? '', one.name, difference)
    },
    done() {
      for (const { count: times, examples, difference } of groups.take()) {
        say(`${times} × ${examples.join('\n    also ')}`)
        tellDifference(difference)
      }
    },
  })
  return { count, differing, names: [] }
}

function unknownOf({ name }: Case, { differences }: Exchanged) {
  return differences.filter((difference) => {
    const entry = known.find((each) => isKnownBy(each, name, difference))
    if (entry !== undefined) used.add(entry)
    return entry === undefined
  })
}

function tell({ call, ours, theirs, differences }: Exchanged): void {
  if (differences.length === 0 && !options.verbose) return
  say(`  ${call.method} ${call.path}`)
  for (const difference of differences) tellDifference(difference)
  if (options.verbose) say(`    kube: ${JSON.stringify(theirs)}\n    naru: ${JSON.stringify(ours)}`)
}

function tellDifference({ path, ours, theirs }: Difference): void {
  say(`    ${path}\n      kube: ${shown(theirs)}\n      naru: ${shown(ours)}`)
}

function shown(value = 'nothing'): string {
  return options.verbose || value.length <= MAX_SHOWN ? value : `${value.slice(0, MAX_SHOWN)}…`
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`, 2)
  }
}

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
