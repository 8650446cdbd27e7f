import { once } from 'node:events'
import { type ChildProcessByStdio, spawn, type StdioOptions } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'

const LOG = JSON.stringify(import.meta.resolve('./log.ts'))
/** More than fits in the log; then, when it is told that there is room again, one more. */
const PROGRAM = `
  const { openLogger } = await import(${LOG})
  const logger = openLogger('info')
  for (let i = 0; i < 1000; i++) logger.info({ i }, 'a line')
  process.stdout.write('full')
  process.stdin.once('data', () => logger.info({}, 'the next line') ?? process.stdin.destroy())
`
/** As the shell counts: 16 blocks of 512 bytes. */
const ROOM = 'ulimit -f 16 && exec "$@"'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('a log on a disk that is full loses lines, says how many when there is room again, and ends nobody', async () => {
  const path = join(folder, 'engine.log')
  const log = openSync(path, 'a')
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM]
  const stdio: StdioOptions = ['pipe', 'pipe', log]
  const child = spawn('sh', ['-c', ROOM, 'sh', ...program], { stdio }) as ChildProcessByStdio<Writable, Readable, null>
  closeSync(log)
  const ended = once(child, 'exit')
  const said = text(child.stdout)
  await Promise.race([once(child.stdout, 'data'), ended])
  const before = linesOf(path).length
  truncateSync(path)
  child.stdin.on('error', () => {})
  child.stdin.end('\n')
  expect(await ended).toEqual([0, null])
  expect(await said).toBe('full')
  const [rest, ...lines] = linesOf(path)
  expect(rest).toBe('')
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'warn', lost: 1000 - before + 1, msg: 'lines of this log could not be written' },
    { level: 'info', msg: 'the next line' },
  ])
})

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')
