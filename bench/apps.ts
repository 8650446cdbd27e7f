/** A developer's day: from an empty folder to the first answer, many deploys while a client watches, and back. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../test/acceptance/harness/command.ts'
import { startLoad } from '../test/acceptance/harness/load.ts'
import type { Installation } from '../test/acceptance/harness/installation.ts'
import { openPrepared } from './prepared.ts'
import type { BenchOptions } from './run.ts'
import { type Row, secondsRow } from './table.ts'

const REQUESTS_PER_SECOND = 20
/** Time for what was under way at the last deploy to end. */
const AFTERMATH_MS = 4000

export async function appsBench({ quick }: BenchOptions): Promise<Row[]> {
  await using naru = await openPrepared()
  const first = await fromNothing(naru)
  const { url, folder } = first
  const change = async (text: string) => {
    const path = join(folder, 'answer.js')
    await writeFile(path, (await readFile(path, 'utf8')).replace(/Hello\d*/, text))
  }
  const deploys = quick ? 5 : 100
  const load = startLoad(url, { perSecond: REQUESTS_PER_SECOND })
  for (let version = 1; version <= deploys; version += 1) {
    await change(`Hello${version}`)
    await naru.deploy(folder)
  }
  const back = await rollbacks(naru, url, { newest: deploys, rounds: quick ? 2 : 10 })
  await new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS))
  const { sent, failures } = await load.stop()
  return [
    secondsRow(
      'naru init, naru deploy: from an empty folder to the first answer, caches filled',
      [first.ms],
      15_000,
      '',
    ),
    {
      what: `requests lost in ${deploys} deploys and ${back.length} rollbacks, ${REQUESTS_PER_SECOND} a second`,
      measured: `${failures.length} of ${sent}`,
      beside: 'aim 0',
      verdict: failures.length === 0 ? 'ok' : `missed: ${failures[0]}`,
    },
    secondsRow('naru rollback, to the release before answering', back, 2000, ''),
  ]
}

/** Two commands, after a deploy of something else has filled the caches. */
async function fromNothing(naru: Installation): Promise<{ url: string; folder: string; ms: number }> {
  await naru.deployHello()
  const folder = join(naru.root, 'shop')
  const start = performance.now()
  await naru.mustNaru('init', folder, '--template', 'node-web')
  const url = await naru.deploy(folder)
  await until(url, 'Hello', start)
  return { url, folder, ms: performance.now() - start }
}

/** Back and forth between the two newest releases; milliseconds each. */
async function rollbacks(
  naru: Installation,
  url: string,
  { newest, rounds }: { newest: number; rounds: number },
): Promise<number[]> {
  const samples: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    // The first release, v1, says "Hello" alone; each later one its number less one.
    const release = round % 2 === 0 ? newest : newest + 1
    const start = performance.now()
    const rolling = naru.mustNaru('rollback', 'shop', `v${release}`)
    await until(url, `Hello${release === 1 ? '' : release - 1},`, start)
    samples.push(performance.now() - start)
    await rolling
  }
  return samples
}

async function until(url: string, word: string, since: number): Promise<void> {
  while (!(await runCommand('curl', ['-s', url])).stdout.includes(word))
    if (performance.now() - since > 60_000) throw new Error(`no answer with "${word}" after 60 s`)
}
