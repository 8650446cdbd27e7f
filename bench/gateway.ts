/** The gateway beside nginx, haproxy and caddy: the same backend, the same generator (wrk), in turns. What is compared is
 *  CPU a request, which says how many requests a core carries and holds on a machine that does other work as well. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from '../test/acceptance/harness/command.ts'
import { cpuSeconds } from '../test/sides/side.ts'
import { HOST, openBackend, openOurs, openPeers, type Ports, type Proxy } from './gateway/proxies.ts'
import type { BenchOptions } from './run.ts'
import { medianOf, type Row } from './table.ts'

const CONNECTIONS = 100
const AIM = 2
const WARM_UP_SECONDS = 2
/** Before that, much of what is measured is compiling. */
const WARM_UP_REQUESTS = 50_000
const MOST_WARM_UPS = 8

interface Load {
  what: string
  scheme: keyof Ports
  path: string
}

const loads: readonly Load[] = [
  { what: 'small answers', scheme: 'http', path: '/' },
  { what: 'answers of 64 KiB', scheme: 'http', path: '/large' },
  { what: 'small answers by HTTPS', scheme: 'https', path: '/' },
]

interface Sample {
  requests: number
  requestsPerSecond: number
  p99Ms: number
  /** Microseconds a request. */
  cpu: number
}

export async function gatewayBench({ quick }: BenchOptions): Promise<Row[]> {
  const say = (line: string) => void process.stderr.write(`  ${line}\n`)
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'naru-bench-gateway-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const backend = await openBackend(stack, folder)
  const ours = await openOurs(stack, folder, backend)
  const theirs = await openPeers(stack, { folder, backend, say })
  const rows: Row[] = []
  for (const load of loads) {
    const samples = new Map([ours, ...theirs].map((proxy) => [proxy, [] as Sample[]]))
    for (const proxy of samples.keys()) await warmUp(proxy, load, quick ? 1 : MOST_WARM_UPS)
    for (let round = 0; round < (quick ? 1 : 5); round += 1)
      for (const [proxy, taken] of samples) taken.push(await apply(proxy, load, quick ? 2 : 4))
    const sides = [...samples].map(([proxy, taken]) => ({ name: proxy.name, ...median(taken) }))
    rows.push(...rowsOf(load.what, sides))
    for (const row of rows.slice(-2)) say(Object.values(row).join(' | '))
  }
  return rows
}

type Side = Sample & { name: string }

/** `sides`: ours first. */
function rowsOf(what: string, [ours, ...theirs]: readonly Side[]): Row[] {
  if (ours === undefined) return []
  const best = (of: (side: Side) => number) =>
    theirs.length === 0 ? undefined : theirs.reduce((least, side) => (of(side) < of(least) ? side : least))
  const cheapest = best(({ cpu }) => cpu)
  const fastest = best(({ p99Ms }) => p99Ms)
  const rates = ({ requestsPerSecond, cpu }: Side) => `${cpu.toFixed(1)} µs (${requestsPerSecond.toFixed(0)}/s)`
  const tail = ({ p99Ms }: Side) => `${p99Ms.toFixed(1)} ms`
  const list = (told: (side: Side) => string) => theirs.map((side) => `${side.name} ${told(side)}`).join(', ')
  const ratio = cheapest && ours.cpu / cheapest.cpu
  return [
    {
      what: `gateway, ${what}, ${CONNECTIONS} keep-alive connections: CPU a request`,
      measured: rates(ours),
      beside: `${list(rates) || 'no peer'}; aim within ${AIM}× of the least`,
      verdict: ratio === undefined ? '' : `${ratio.toFixed(2)}×, ${ratio <= AIM ? 'ok' : 'missed'}`,
    },
    {
      what: `gateway, ${what}: p99`,
      measured: tail(ours),
      beside: list(tail) || 'no peer',
      verdict: fastest === undefined ? '' : `${(ours.p99Ms / fastest.p99Ms).toFixed(2)}×`,
    },
  ]
}

function median(samples: readonly Sample[]): Sample {
  const of = (figure: (sample: Sample) => number) => medianOf(samples.map(figure))
  return {
    requests: of((sample) => sample.requests),
    requestsPerSecond: of((sample) => sample.requestsPerSecond),
    p99Ms: of((sample) => sample.p99Ms),
    cpu: of((sample) => sample.cpu),
  }
}

async function warmUp(proxy: Proxy, load: Load, most: number): Promise<void> {
  let requests = 0
  for (let n = 0; n < most && requests < WARM_UP_REQUESTS; n += 1)
    requests += (await apply(proxy, load, WARM_UP_SECONDS)).requests
}

/** Throws when a request failed: what is not an answer is not to be counted as one. */
async function apply({ name, ports, pids }: Proxy, { scheme, path }: Load, seconds: number): Promise<Sample> {
  const before = await cpuSeconds({ pids })
  const url = `${scheme}://127.0.0.1:${ports[scheme]}${path}`
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '30s', '--latency', '-H', `Host: ${HOST}`, url]
  const output = await mustRun('wrk', args)
  const cpu = (await cpuSeconds({ pids })) - before
  const errors = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(output)
  if (errors !== null) throw new Error(`${name} failed under load: ${errors[0]}`)
  const [, value = '', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  const requests = Number(/(\d+) requests in/.exec(output)?.[1])
  return {
    requests,
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p99Ms: Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1),
    cpu: (cpu / requests) * 1e6,
  }
}
