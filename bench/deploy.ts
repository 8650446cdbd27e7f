/** `naru deploy examples/hello` with nothing cached, and again after a one-line edit, to the new version answering. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../test/acceptance/harness/command.ts'
import { openPrepared } from './prepared.ts'
import type { BenchOptions } from './run.ts'
import { type Row, secondsRow } from './table.ts'

export async function deployBench({ quick }: BenchOptions): Promise<Row[]> {
  const first: number[] = []
  const again: number[] = []
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    const cache = await mkdtemp(join(tmpdir(), 'naru-bench-cache-'))
    try {
      await using naru = await openPrepared({ NARU_CACHE_DIR: cache })
      const folder = await naru.copyOf('examples/hello', 'hello')
      const until = async (word: string, since: number) => {
        while (!(await runCommand('curl', ['-s', url])).stdout.includes(word))
          if (performance.now() - since > 60_000) throw new Error(`no answer with "${word}" after 60 s`)
        return performance.now() - since
      }
      let start = performance.now()
      const url = await naru.deploy(folder)
      first.push(await until('Hello', start))

      for (let edit = 0; edit < 3; edit += 1) {
        const server = join(folder, 'server.js')
        const text = await readFile(server, 'utf8')
        await writeFile(server, text.replace(/Hello\d*/, `Hello${edit}`))
        start = performance.now()
        const deploying = naru.deploy(folder)
        again.push(await until(`Hello${edit}`, start))
        await deploying
      }
    } finally {
      await rm(cache, { recursive: true, force: true })
    }
  }
  return [
    secondsRow('naru deploy examples/hello, nothing cached', first, 20_000, ''),
    secondsRow('naru deploy again after a one-line edit', again, 3000, ', to the new version answering'),
  ]
}
