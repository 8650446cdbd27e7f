/** Memory of all Naru processes, idle with one app; containerd, its shims and the app apart. */
import { readFile } from 'node:fs/promises'
import { openPrepared } from './prepared.ts'
import { naruProcesses } from '../test/acceptance/harness/processes.ts'
import type { BenchOptions } from './run.ts'
import type { Row } from './table.ts'

const AIM_MB = 200
const judge = (size: number) => (size < AIM_MB ? 'ok' : 'missed')

export async function memoryBench({ quick }: BenchOptions): Promise<Row[]> {
  await using naru = await openPrepared()
  await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
  const idleSeconds = quick ? 10 : 60
  const cpuBefore = await cpuTicks(naru.stateDir)
  await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000))
  const cpuAfter = await cpuTicks(naru.stateDir)
  const sizes: string[] = []
  let total = 0
  let residentTotal = 0
  for (const { pid, role } of await naruProcesses(naru.stateDir)) {
    if (role === 'containerd') continue
    const status = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    const kilobytes = Number(/^Pss: +(\d+)/m.exec(status)?.[1] ?? Number.NaN)
    const resident = Number(/^Rss: +(\d+)/m.exec(status)?.[1] ?? Number.NaN)
    total += kilobytes
    residentTotal += resident
    sizes.push(`${role} ${(kilobytes / 1000).toFixed(0)} (RSS ${(resident / 1000).toFixed(0)})`)
  }
  const megabytes = total / 1000
  const cpuPercent = ((cpuAfter - cpuBefore) / 100 / idleSeconds) * 100
  return [
    {
      what: 'memory of all Naru processes, idle with one app',
      measured: `${megabytes.toFixed(0)} MB PSS, ${(residentTotal / 1000).toFixed(0)} MB RSS: ${sizes.join(', ')}`,
      beside: `aim under ${AIM_MB} MB (etcd + Kubernetes' control plane: 472 MB, measured apart)`,
      verdict: `${judge(megabytes)} by PSS, ${judge(residentTotal / 1000)} by RSS`,
    },
    {
      what: 'CPU of all Naru processes, idle with one app',
      measured: `${cpuPercent.toFixed(2)} % of a core`,
      beside: 'aim at most 1 %',
      verdict: cpuPercent <= 1 ? 'ok' : 'missed',
    },
  ]
}

/** User and system time of Naru's processes so far, in clock ticks (100 a second on Linux). */
async function cpuTicks(stateDir: string): Promise<number> {
  let ticks = 0
  for (const { pid, role } of await naruProcesses(stateDir)) {
    if (role === 'containerd') continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks
}
