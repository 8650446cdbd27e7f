// `npm run conformance [-- --focus RE --group api-machinery --list --verify]`: the official conformance suite of
// Kubernetes against the engine, and docs/conformance.md, the table of what passes.
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { conformanceTests, groupOf } from './catalogue.ts'
import { openCluster } from './cluster.ts'
import { type Options, parseOptions, USAGE } from './options.ts'
import type { ReportedTest } from './report.ts'
import { runSuite } from './suite.ts'
import { type Outcome, parseTable, PASSED, renderTable } from './table.ts'
import { differences, isVerifiedInCi } from './verify.ts'

const TABLE = resolve(import.meta.dirname, '../../docs/conformance.md')
const say = (line: string) => void process.stderr.write(`${line}\n`)

const options = readOptions()
const all = conformanceTests()
const readTable = async () => parseTable(await readFile(TABLE, 'utf8').catch(() => ''), all)
const known = await readTable()
const chosen = all.filter((test) => isChosen(test, options))
if (chosen.length === 0) fail('no conformance test has that group and name', 2)
if (options.list) {
  for (const test of chosen) process.stdout.write(`${test}: ${known.get(test)}\n`)
  process.exit(0)
}

const reported = await run(options)
const unreported = chosen.length - reported.length
for (const { test, outcome, seconds } of reported)
  if (outcome !== PASSED) process.stdout.write(`${test} (${Math.round(seconds)} s)\n  ${outcome}\n`)
process.stdout.write(`${reported.filter(({ outcome }) => outcome === PASSED).length} of ${chosen.length} passed\n`)
if (options.verify) verify(known, reported)
else
  await writeFile(
    TABLE,
    // Read again: another run may have written its part meanwhile.
    renderTable(new Map([...(await readTable()), ...reported.map(({ test, outcome }) => [test, outcome] as const)])),
  )
if (unreported > 0) fail(`${unreported} tests were not run`, 1)

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`, 2)
  }
}

function isChosen(test: string, { groups, focus, skip, verify: isVerify }: Options): boolean {
  return (
    (groups.length === 0 || groups.includes(groupOf(test))) &&
    (focus?.test(test) ?? true) &&
    !(skip?.test(test) ?? false) &&
    (!isVerify || isVerifiedInCi(test))
  )
}

async function run(wanted: Options): Promise<ReportedTest[]> {
  const { procs, attempts, timeoutMinutes } = wanted
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const output =
    wanted.output === undefined ? await mkdtemp(join(tmpdir(), 'naru-conformance-')) : resolve(wanted.output)
  await mkdir(output, { recursive: true })
  await using cluster = await openCluster(wanted, { tests: chosen, signal: stop.signal, say })
  say(`${chosen.length} tests; the suite's log is ${output}/suite.log`)
  return await runSuite({
    ...cluster,
    tests: chosen,
    procs,
    attempts,
    timeoutMinutes,
    output,
    signal: stop.signal,
    say,
  })
}

/** Fails when the table has another outcome than the run. */
function verify(table: ReadonlyMap<string, Outcome>, results: readonly ReportedTest[]): void {
  const found = differences(table, results)
  for (const difference of found) process.stdout.write(`${difference}\n`)
  if (found.length > 0) fail('docs/conformance.md says something else; npm run conformance writes it anew', 1)
}

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}
