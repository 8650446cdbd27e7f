import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { zstdDecompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestOf } from '../digest.ts'
import { TarEntryError } from '../errors.ts'
import { arrangeEntries, normalizeEntryPath, type TarEntry, textEntry } from './tar-entry.ts'
import { LAYER_ANNOTATION, writeLayer } from './write-layer.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-layer-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const entries: TarEntry[] = [
  textEntry('app/server.js', 'listen()', 0o755),
  { path: 'bin', type: 'symlink', target: 'usr/bin' },
  { path: 'tmp', type: 'directory', mode: 0o1777 },
  { ...textEntry(`app/${'long/'.repeat(40)}file`, 'x'), owner: 65_532, mtimeEpochSeconds: 86_400 },
  textEntry('app/한글.txt', '안녕'),
  textEntry('app/empty', ''),
  { path: 'app/hard', type: 'link', target: 'app/empty' },
]

async function list(file: string) {
  const archive = extract()
  archive.end(zstdDecompressSync(await readFile(file)))
  const headers = []
  for await (const entry of archive) {
    headers.push(entry.header)
    entry.resume()
  }
  return headers
}

describe('writeLayer', () => {
  it('gives the same bytes for the same entries in any order', async () => {
    const first = await writeLayer({ entries, file: join(dir, 'a'), role: 'app' })
    const second = await writeLayer({ entries: [...entries].reverse(), file: join(dir, 'b'), role: 'app' })
    expect(second).toEqual(first)
    const bytes = await readFile(join(dir, 'a'))
    expect(first.digest).toBe(digestOf(bytes))
    expect(first.size).toBe(bytes.length)
    expect(first.diffId).toBe(digestOf(zstdDecompressSync(bytes)))
    expect(first.annotations).toEqual({ [LAYER_ANNOTATION]: 'app' })
  })

  it('keeps its digest from version to version of Naru', async () => {
    const { diffId } = await writeLayer({ entries: [textEntry('a/b', 'c')], file: join(dir, 'fixed'), role: 'app' })
    expect(diffId).toBe('sha256:312cbcc39b6487181956c91f92212db57539af06f908145fb35605ef5dbf0068')
  })

  it('writes parents first, owned by root, at one time, unless an entry says more', async () => {
    await writeLayer({ entries, file: join(dir, 'c'), role: 'app' })
    const headers = await list(join(dir, 'c'))
    const names = headers.map(({ name }) => name)
    expect(names.indexOf('app/')).toBeLessThan(names.indexOf('app/server.js'))
    expect(headers.find(({ name }) => name === 'app/server.js')).toMatchObject({
      mode: 0o755,
      uid: 0,
      gid: 0,
      uname: '',
      mtime: new Date(0),
    })
    expect(headers.find(({ name }) => name.endsWith('long/file'))).toMatchObject({
      uid: 65_532,
      mtime: new Date(86_400_000),
    })
    expect(headers.find(({ name }) => name === 'tmp/')).toMatchObject({ mode: 0o1777, type: 'directory' })
    expect(names).toContain('app/한글.txt')
  })

  it.each([
    ['shorter than announced', 'abc', 10],
    ['longer than announced', 'abcdef', 3],
  ])('refuses a file that turns out %s and leaves nothing', async (_name, content, size) => {
    const entry: TarEntry = {
      path: 'x',
      type: 'file',
      mode: 0o644,
      size,
      open: () => Readable.from([Buffer.from(content)]),
    }
    await expect(writeLayer({ entries: [entry], file: join(dir, 'broken', 'x'), role: 'app' })).rejects.toThrow()
    expect(await readdir(join(dir, 'broken'))).toEqual([])
  })

  it.each(['before', 'while'])('stops when asked to %s it writes, and leaves nothing', async (when) => {
    const stop = new AbortController()
    if (when === 'before') stop.abort(new Error('enough'))
    const endless = function* () {
      for (;;) {
        yield Buffer.alloc(65_536)
        stop.abort(new Error('enough'))
      }
    }
    const entry: TarEntry = {
      path: 'x',
      type: 'file',
      mode: 0o644,
      size: 2 ** 40,
      open: () => Readable.from(endless()),
    }
    const options = { entries: [entry], file: join(dir, 'aborted', 'x'), role: 'app', signal: stop.signal }
    await expect(writeLayer(options)).rejects.toThrow('enough')
    expect(await readdir(join(dir, 'aborted')).catch(() => [])).toEqual([])
  })
})

describe('normalizeEntryPath', () => {
  it.each(['/etc/passwd', '../x', 'a/../../b', '', '.', 'a\0b', 'a/..'])('refuses %j', (path) => {
    expect(() => normalizeEntryPath(path)).toThrow(TarEntryError)
  })

  it('never gives a path that leaves the root', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '', 'a', 'b/c', '/', '\0')), (parts) => {
        try {
          const path = normalizeEntryPath(parts.join('/'))
          expect(path.startsWith('/') || path.split('/').some((part) => ['..', '.', ''].includes(part))).toBe(false)
        } catch (error) {
          expect(error).toBeInstanceOf(TarEntryError)
        }
      }),
    )
  })
})

describe('arrangeEntries', () => {
  it('refuses entries below a link: they would be written where it leads', () => {
    const link: TarEntry = { path: 'app', type: 'symlink', target: '/etc' }
    expect(() => arrangeEntries([link, textEntry('app/passwd', '')])).toThrow(/lies below app, which is a symlink/)
  })

  it('lets the later of two entries win', () => {
    const [entry] = arrangeEntries([textEntry('a', '1'), textEntry('a', '22')])
    expect(entry).toMatchObject({ size: 2 })
  })
})
