import { appendFile, mkdtemp, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
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

function read(over: Partial<ReadLogOptions> = {}): AsyncIterable<Buffer> {
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
  return (await bytes(over)).toString()
}
async function bytes(over: Partial<ReadLogOptions> = {}): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of read(over)) parts.push(part)
  return Buffer.concat(parts)
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
    const next = async () => String((await parts.next()).value)
    expect(await next()).toBe('one\n')
    await appendFile(path, line(2, 'two'))
    expect(await next()).toBe('two\n')
    await appendFile(path, line(3, 'three'))
    await rename(path, `${path}.20260101T000000`)
    await writeFile(path, line(4, 'four'))
    expect(await next()).toBe('three\n')
    expect(await next()).toBe('four\n')
    running = false
    expect((await parts.next()).done).toBe(true)
  })

  it('leaves nothing out when it is rotated more than once while the reader is slow', async () => {
    const path = join(directory, '0.log')
    const rotate = async (second: number, text: string) => {
      await rename(path, `${path}.2026010${second}T000000`)
      await writeFile(path, line(second, text))
    }
    await writeFile(`${path}.20260101T000000`, line(1, 'one'))
    await writeFile(path, line(2, 'two'))
    const parts = read({ follow: true })[Symbol.asyncIterator]()
    expect(String((await parts.next()).value)).toBe('one\n')
    await rotate(3, 'three')
    await rotate(4, 'four')
    await rotate(5, 'five')
    await rm(`${path}.20260101T000000`)
    const rest: string[] = []
    for (let part = await parts.next(); part.done !== true; part = await parts.next()) rest.push(String(part.value))
    expect(rest.join('')).toBe('two\nthree\nfour\nfive\n')
  })

  it('goes on with the next file there is when the one that is read was removed', async () => {
    const path = join(directory, '0.log')
    await writeFile(`${path}.20260101T000000`, line(1, 'one'))
    await writeFile(path, line(2, 'two'))
    await utimes(`${path}.20260101T000000`, 1, 1)
    const parts = read({ follow: true, tailLines: 1 })[Symbol.asyncIterator]()
    expect(String((await parts.next()).value)).toBe('two\n')
    await rm(path)
    await writeFile(path, line(3, 'three'))
    expect(String((await parts.next()).value)).toBe('three\n')
    expect((await parts.next()).done).toBe(true)
  })

  it('gives the bytes that were written, also where a line was cut in the middle of a character', async () => {
    const korean = Buffer.from('한글')
    const parted = (content: Buffer, full: boolean) =>
      Buffer.concat([Buffer.from(`2026-01-01T00:00:00Z stdout ${full ? 'F' : 'P'} `), content, Buffer.from('\n')])
    const binary = Buffer.from([0, 0xff, 0xfe, 0x80, 13])
    await writeFile(
      join(directory, '0.log'),
      Buffer.concat([parted(korean.subarray(0, 4), false), parted(korean.subarray(4), true), parted(binary, true)]),
    )
    const newline = Buffer.from('\n')
    const expected = Buffer.concat([korean, newline, binary, newline])
    expect(await bytes()).toEqual(expected)
    expect(await bytes({ limitBytes: 4 })).toEqual(korean.subarray(0, 4))
    expect(await bytes({ limitBytes: 9, tailLines: 3 })).toEqual(expected.subarray(0, 9))
  })

  it('takes no more memory for a log that is larger than a string can be', { timeout: 60_000 }, async () => {
    const path = `${join(directory, '0.log')}.20260101T000000`
    const file = await open(path, 'w')
    // A hole: it takes no room on the disk.
    await file.truncate(1 << 30)
    await file.write(`\n${line(1, 'old')}`, 1 << 30)
    await file.close()
    await writeFile(join(directory, '0.log'), line(2, 'new'))
    expect(await all({ tailLines: 2 })).toBe('old\nnew\n')
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

  it('is as the process wrote it: bytes, and lines that end where theirs do', async () => {
    const written = Buffer.from(`${'한글'.repeat(40_000)}\n`.repeat(3))
    await writeFile(join(directory, 'stdout.raw'), Buffer.concat([written, Buffer.from([0xff, 10])]))
    await pump(true)
    const found = await bytes({ path: join(directory, 'out.log') })
    expect(found.equals(Buffer.concat([written, Buffer.from([0xff, 10])]))).toBe(true)
  })

  it('goes on after its positions were cut short, or a raw file was emptied and that not noted', async () => {
    await writeFile(join(directory, 'log-positions.json'), '{"stdou')
    await writeFile(join(directory, 'stdout.raw'), 'one\n')
    await pump(false)
    await writeFile(join(directory, 'log-positions.json'), '{"stdout":5000}')
    await writeFile(join(directory, 'stdout.raw'), 'two\n')
    await pump(false)
    expect(await all({ path: join(directory, 'out.log') })).toBe('one\ntwo\n')
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
