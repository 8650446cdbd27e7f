/** A developer's day: from an empty folder to the first answer, many deploys while a client watches, and back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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
  const say = (line: string) => void process.stderr.write(`  ${line}\n`)
  await using empty = await openEmptyCache(quick)
  await using naru = await openPrepared(empty.env)
  const database = await withDatabase(naru, quick)
  say(database.map((row) => Object.values(row).join(' | ')).join('\n  '))
  await naru.deployHello()
  const first = await fromNothing(naru, { name: 'shop', template: 'node-web' })
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
    ...database,
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

/** A cache that holds nothing, for what a first time takes; in a quick run the one that tests share, to be quick. */
async function openEmptyCache(quick: boolean): Promise<AsyncDisposable & { env: NodeJS.ProcessEnv }> {
  if (quick) return { env: {}, [Symbol.asyncDispose]: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'naru-bench-cache-'))
  const env = { NARU_CACHE_DIR: folder }
  return { env, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/** Twice: the second finds the caches full, whatever the first found. */
async function withDatabase(naru: Installation, quick: boolean): Promise<Row[]> {
  const measure = (name: string) => fromNothing(naru, { name, template: 'node-postgres' })
  const first = await measure('notes')
  const second = await measure('again')
  const what = 'naru init, naru deploy (two commands): from an empty folder to the first 200 with a database'
  const warm = secondsRow(`${what}, caches filled`, [second.ms], 15_000, '')
  return quick ? [warm] : [secondsRow(`${what}, the first time`, [first.ms], 60_000, ', 3 commands'), warm]
}

interface Begun {
  url: string
  folder: string
  ms: number
}

async function fromNothing(naru: Installation, { name, template }: { name: string; template: string }): Promise<Begun> {
  const folder = join(naru.root, name)
  const start = performance.now()
  await naru.mustNaru('init', folder, '--template', template)
  const url = await naru.deploy(folder)
  await until(url, '', start)
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

/** Until a 200 comes with this word. */
async function until(url: string, word: string, since: number): Promise<void> {
  for (;;) {
    const { code, stdout } = await runCommand('curl', ['-s', '--fail', url])
    if (code === 0 && stdout.includes(word)) return
    if (performance.now() - since > 240_000) throw new Error(`${url}: no answer with "${word}" after 4 minutes`)
  }
}
