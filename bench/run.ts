// `npm run bench [-- --quick] [names…]`: measures what the README claims, on this machine, beside the peer in the same run.
import { cpus, totalmem } from 'node:os'
import { apiBench } from './api.ts'
import { appsBench } from './apps.ts'
import { deployBench } from './deploy.ts'
import { gatewayBench } from './gateway.ts'
import { memoryBench } from './memory.ts'
import { printTable, type Row } from './table.ts'
import { upBench } from './up.ts'
import { workloadsBench } from './workloads.ts'

export interface BenchOptions {
  /** Fewer and shorter rounds: for CI, which wants to see that it works. */
  quick: boolean
}

const benches: Record<string, (options: BenchOptions) => Promise<Row[]>> = {
  up: upBench,
  deploy: deployBench,
  memory: memoryBench,
  gateway: gatewayBench,
  api: apiBench,
  workloads: workloadsBench,
  apps: appsBench,
}

const quick = process.argv.includes('--quick')
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const unknown = names.filter((name) => benches[name] === undefined)
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
const rows: Row[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue
  process.stderr.write(`bench ${name}…\n`)
  rows.push(...(await bench({ quick })))
}
process.stdout.write(
  `\n${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}\n\n`,
)
printTable(rows)
