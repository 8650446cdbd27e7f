/** Runs tests of the official suite against a cluster: Ginkgo's own command over e2e.test. */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildGoTool } from '../go/build.ts'
import { parseReport, type ReportedTest } from './report.ts'

export interface SuiteOptions {
  tests: readonly string[]
  kubeconfig: string
  /** Content of KUBE_TEST_REPO_LIST; undefined: the published registries. */
  repositoryList: string | undefined
  procs: number
  /** Of a test that fails. */
  attempts: number
  /** The suite ends then, whatever still runs: some tests wait without end for what does not come. */
  timeoutMinutes: number
  /** Gets the suite's log and report. */
  output: string
  signal: AbortSignal
  say: (line: string) => void
}

/** What became of each test that ran. Throws when the suite wrote no report. */
export async function runSuite(options: SuiteOptions): Promise<ReportedTest[]> {
  const { tests, output, say, signal } = options
  const ginkgo = await buildGoTool('ginkgo', say)
  const suite = await buildGoTool('e2e.test', say)
  const repositories = join(output, 'repositories.json')
  if (options.repositoryList !== undefined) await writeFile(repositories, options.repositoryList)
  const child = spawn(ginkgo, ginkgoArguments(options, suite), {
    cwd: output,
    env: {
      ...process.env,
      ...(options.repositoryList === undefined ? {} : { KUBE_TEST_REPO_LIST: repositories }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGINT',
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (error) => (signal.aborted ? resolve() : reject(error)))
    child.once('close', () => resolve())
  })
  const log = createWriteStream(join(output, 'suite.log'))
  child.stderr.pipe(log, { end: false })
  const toldBy = progress()
  for await (const line of createInterface({ input: child.stdout })) {
    log.write(`${line}\n`)
    const told = toldBy(line)
    if (told !== undefined) say(told)
  }
  await ended
  log.end()
  const report = await readFile(join(output, 'report.json'), 'utf8').catch((cause: unknown) => {
    throw new Error(`the suite wrote no report; its log is ${output}/suite.log`, { cause })
  })
  return parseReport(report, new Set(tests))
}

function ginkgoArguments(options: SuiteOptions, suite: string): string[] {
  return [
    `--procs=${options.procs}`,
    `--timeout=${options.timeoutMinutes}m`,
    `--flake-attempts=${options.attempts}`,
    `--focus=${options.tests.map((test) => test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')}`,
    '--json-report=report.json',
    `--output-dir=${options.output}`,
    '--no-color',
    '--silence-skips',
    '-v',
    suite,
    '--',
    `--kubeconfig=${options.kubeconfig}`,
    '--provider=skeleton',
    '--disable-log-dump',
    '--dump-logs-on-failure=false',
    '--allowed-not-ready-nodes=0',
  ]
}

/** What people see while it runs: a line for each test that ended. The suite writes its name before or after the line
 *  that says how it went, as tests run one at a time or side by side. */
function progress(): (line: string) => string | undefined {
  let name: string | undefined
  let ending: string | undefined
  return (line) => {
    const ended = /^\s*(?:•|S|P) (?:\[(?<state>[\w -]+)\] )?\[(?<seconds>[\d.]+) seconds\]/.exec(line)?.groups
    if (ended !== undefined) ending = `${ended.state ?? 'ok'} (${Math.round(Number(ended.seconds))} s)`
    name = /^\[sig-\S+\] .*\[Conformance\]/.exec(line)?.[0].replace(' [It]', '') ?? name
    if (name === undefined || ending === undefined) return undefined
    const told = `${ending} ${name}`
    name = ending = undefined
    return told
  }
}
