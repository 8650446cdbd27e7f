/** The load generator (tools/go/apiload): the same program, with the same plan, against both sides. */
import { runCommand } from '../../test/acceptance/harness/command.ts'
import { cpuSeconds, type Side } from '../../test/sides/side.ts'

/** As tools/go/apiload reads it. */
export interface Plan {
  mode: 'requests' | 'watchers' | 'latency'
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  protocol?: 'http/1.1' | 'h2'
  connections?: number
  contentType?: string
  body?: string
  gzip?: boolean
  prefix?: string
  /** The number of the first name. */
  first?: number
  objects?: number
  random?: boolean
  seconds?: number
  count?: number
  watchers?: number
  watchPath?: string
}

export interface Outcome {
  requests: number
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
  max: number
  bytes: number
  events: number
  /** Of the generator. */
  cpu: number
  failures: Record<string, number>
  example: string
}

export interface Measured extends Outcome {
  /** Seconds that the server's processes took. */
  serverCpu: number
}

export const CONNECTIONS = 32

/** Throws when a request failed: what is not an answer is not to be counted as one. */
export async function applyLoad(generator: string, side: Side, plan: Plan): Promise<Measured> {
  const before = await cpuSeconds(side)
  const input = JSON.stringify({
    protocol: 'http/1.1',
    connections: CONNECTIONS,
    ...plan,
    ...side.credentials,
    address: side.address,
  })
  const result = await runCommand(generator, [], { input, timeoutMs: 900_000 })
  if (result.code !== 0) throw new Error(`${side.name}, ${plan.method} ${plan.path}: ${result.stderr.trim()}`)
  const outcome = JSON.parse(result.stdout) as Outcome
  const failures = Object.entries(outcome.failures)
  if (failures.length > 0)
    throw new Error(
      `${side.name}, ${plan.method} ${plan.path}: ${failures.map(([what, count]) => `${count} × ${what}`).join(', ')}, as ${outcome.example}`,
    )
  return { ...outcome, serverCpu: (await cpuSeconds(side)) - before }
}
