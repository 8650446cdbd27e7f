/** The command line of `npm run conformance`. Pure. */
import { parseArgs } from 'node:util'

export interface Options {
  /** Which tests: all groups and names when nothing is said. */
  groups: readonly string[]
  focus: RegExp | undefined
  skip: RegExp | undefined
  /** Say which tests those are and what the table has of them; run nothing. */
  list: boolean
  /** Run the fixed part and compare with the table, which stays as it is. */
  verify: boolean
  /** Tests at a time. */
  procs: number
  /** Of a test that fails: 2 where one is to be verified, on a machine that others use too. Ginkgo tells which needed it. */
  attempts: number
  timeoutMinutes: number
  /** Any cluster's, instead of an engine started for the run: its images come from the public registries then. */
  kubeconfig: string | undefined
  /** Use the engine that runs already, as NARU_STATE_DIR has it, and leave it running. */
  running: boolean
  /** Where the suite's log and report go. */
  output: string | undefined
}

export const USAGE = `usage: npm run conformance -- [options]
  --group G[,G…]     tests of these groups: api-machinery, auth, instrumentation, architecture, node, apps, …
  --focus RE         tests whose name matches; --skip RE leaves some of them out
  --list             the tests and what docs/conformance.md says of them; runs nothing
  --verify           runs the part that CI runs and fails where docs/conformance.md says something else; tries what
                     fails once more
  --procs N          tests at a time (default 2; 3 with --verify)
  --timeout MINUTES  ends the suite (default 360; 20 with --verify)
  --running          against the engine that runs already, instead of one of its own
  --kubeconfig FILE  against any cluster, with the published images
  --output DIR       where the suite's log and report go (default: a temporary folder)
`

/** Throws an Error that says what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      group: { type: 'string', multiple: true, default: [] },
      focus: { type: 'string' },
      skip: { type: 'string' },
      list: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      procs: { type: 'string' },
      timeout: { type: 'string' },
      kubeconfig: { type: 'string' },
      running: { type: 'boolean', default: false },
      output: { type: 'string' },
    },
  })
  if (values.running && values.kubeconfig !== undefined)
    throw new Error('--running and --kubeconfig exclude each other')
  return {
    groups: values.group.flatMap((groups) => groups.split(',')).map((group) => group.replace(/^sig-/, '')),
    focus: values.focus === undefined ? undefined : new RegExp(values.focus),
    skip: values.skip === undefined ? undefined : new RegExp(values.skip),
    list: values.list,
    verify: values.verify,
    procs: count('--procs', values.procs ?? (values.verify ? '3' : '2')),
    attempts: values.verify ? 2 : 1,
    timeoutMinutes: count('--timeout', values.timeout ?? (values.verify ? '20' : '360')),
    kubeconfig: values.kubeconfig,
    running: values.running,
    output: values.output,
  }
}

function count(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} takes a number from 1, not ${text}`)
  return number
}
