import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../lib/index.ts'
import { pumpLogs } from '../process/log-pump.ts'
import { formatLogLine, parseLogLine } from './line.ts'
import { type ReadLogOptions, readLog } from './read.ts'
import { removeLogs } from './remove-logs.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'naru-logs-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const line = (second: number, content: string, full = true) =>
  formatLogLine({ time: `2026-01-01T00:00:0${second}.000000000Z`, stream: 'stdout', full, content })

function read(over: Partial<ReadLogOptions> = {}): AsyncIterable<string> {
  return readLog({
    path: join(directory, '0.log'),
    follow: false,
    timestamps: false,
    running: () => Promise.resolve(false),
    clock: systemClock,
    signal: new AbortController().signal,
    ...over,
  })
}
async function all(over: Partial<ReadLogOptions> = {}): Promise<string> {
  let text = ''
  for await (const part of read(over)) text += part
  return text
}

describe('a line of a log', () => {
  it.each([
    ['2026-01-01T00:00:00Z stdout F hello  world', 'hello  world'],
    ['2026-01-01T00:00:00Z stderr P part', 'part'],
    ['2026-01-01T00:00:00Z stdout F ', ''],
  ])('%j holds %j', (text, content) => expect(parseLogLine(text)?.content).toBe(content))

  it('is nothing when it is not one', () => {
    expect(parseLogLine('panic: out of disk')).toBeUndefined()
  })
})

describe('reading a log', () => {
  it('joins parts, keeps order over rotated files, and knows tail, since, times and limits', async () => {
    await writeFile(join(directory, '0.log.20260101T000000'), line(1, 'one') + line(2, 'two'))
    await writeFile(join(directory, '0.log'), line(3, 'thr', false) + line(3, 'ee') + line(4, 'four'))
    expect(await all()).toBe('one\ntwo\nthree\nfour\n')
    expect(await all({ tailLines: 1 })).toBe('four\n')
    expect(await all({ tailLines: 4 })).toBe('two\nthree\nfour\n')
    expect(await all({ tailLines: 0 })).toBe('')
    expect(await all({ sinceMs: Date.parse('2026-01-01T00:00:03Z') })).toBe('three\nfour\n')
    expect(await all({ limitBytes: 6 })).toBe('one\ntw')
    expect(await all({ limitBytes: 1 })).toBe('o')
    expect(await all({ tailLines: 1, timestamps: true })).toBe('2026-01-01T00:00:04.000000000Z four\n')
    expect(await all({ stream: 'stderr' })).toBe('')
  })

  it('goes as a whole, and nobody else’s with it', async () => {
    for (const name of ['0.log', '0.log.20260101T000000', '10.log', '1.log.20260101T000000'])
      await writeFile(join(directory, name), line(1, name))
    await removeLogs(join(directory, '0.log'))
    expect((await readdir(directory)).toSorted()).toEqual(['1.log.20260101T000000', '10.log'])
  })

  it('of a container that wrote nothing is empty', async () => {
    expect(await all()).toBe('')
  })

  it('follows across a rotation and ends with the container', async () => {
    const path = join(directory, '0.log')
    await writeFile(path, line(1, 'one'))
    let running = true
    const parts = read({ follow: true, running: () => Promise.resolve(running) })[Symbol.asyncIterator]()
    expect((await parts.next()).value).toBe('one\n')
    await appendFile(path, line(2, 'two'))
    expect((await parts.next()).value).toBe('two\n')
    await appendFile(path, line(3, 'three'))
    await rename(path, `${path}.20260101T000000`)
    await writeFile(path, line(4, 'four'))
    const rest = [(await parts.next()).value, (await parts.next()).value].join('')
    expect(rest).toBe('three\nfour\n')
    running = false
    expect((await parts.next()).done).toBe(true)
  })

  it('ends when the reader leaves', async () => {
    await writeFile(join(directory, '0.log'), line(1, 'one'))
    const leave = new AbortController()
    const parts = read({ follow: true, running: () => Promise.resolve(true), signal: leave.signal })
    for await (const _part of parts) leave.abort()
    expect(leave.signal.aborted).toBe(true)
  })
})

describe('the log of a host process', () => {
  const pump = (final: boolean) =>
    pumpLogs({ directory, logFile: join(directory, 'out.log'), clock: systemClock }, final)

  it('goes on where it was left, with whole lines only until the end', async () => {
    await writeFile(join(directory, 'stdout.raw'), 'first\nsec')
    await pump(false)
    expect(await all({ path: join(directory, 'out.log') })).toBe('first\n')
    await appendFile(join(directory, 'stdout.raw'), 'ond\nlast')
    await pump(false)
    await pump(true)
    await pump(true)
    expect(await all({ path: join(directory, 'out.log') })).toBe('first\nsecond\nlast\n')
  })

  it('cuts very long lines into parts that read as one', async () => {
    const long = 'x'.repeat(50_000)
    await writeFile(join(directory, 'stdout.raw'), `${long}\nshort\n`)
    await pump(true)
    expect(await all({ path: join(directory, 'out.log') })).toBe(`${long}\nshort\n`)
  })

  it('empties a raw file that was read when it is large', async () => {
    await writeFile(join(directory, 'stdout.raw'), `${'y'.repeat(999)}\n`.repeat(5_000))
    await pumpLogs(
      { directory, logFile: join(directory, 'out.log'), clock: systemClock, pause: (work) => work() },
      false,
    )
    await appendFile(join(directory, 'stdout.raw'), 'after\n')
    await pump(false)
    const text = await all({ path: join(directory, 'out.log') })
    expect(text.split('\n')).toHaveLength(5_002)
    expect(text.endsWith('after\n')).toBe(true)
    expect(await readdir(directory)).toContain('log-positions.json')
  })
})
