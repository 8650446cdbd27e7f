/** `naru up` from nothing until /readyz answers 200. */
import { mustRun, runCommand } from '../test/acceptance/harness/command.ts'
import { openPrepared } from './prepared.ts'
import type { BenchOptions } from './run.ts'
import { type Row, secondsRow } from './table.ts'

export async function upBench({ quick }: BenchOptions): Promise<Row[]> {
  const ready: number[] = []
  const command: number[] = []
  for (let round = 0; round < (quick ? 1 : 5); round += 1) {
    await using naru = await openPrepared({ NARU_API_PORT: '16443' })
    const start = performance.now()
    const up = naru.startNaru('up')
    while (
      (await runCommand('curl', ['-sk', '-o', '/dev/null', '-w', '%{http_code}', 'https://127.0.0.1:16443/readyz']))
        .stdout !== '200'
    ) {
      if (performance.now() - start > 30_000) throw new Error(`no /readyz after 30 s:\n${up.output()}`)
    }
    ready.push(performance.now() - start)
    const result = await up.result
    if (result.code !== 0) throw new Error(result.stderr)
    command.push(performance.now() - start)
    await mustRun('curl', ['-sk', '--fail', 'https://127.0.0.1:16443/readyz'])
  }
  return [
    secondsRow('naru up, from no state to /readyz', ready, 1000, ' (etcd + kube-apiserver: 3.4 s, measured apart)'),
    secondsRow('naru up, until the command returns', command, 3000, ''),
  ]
}
