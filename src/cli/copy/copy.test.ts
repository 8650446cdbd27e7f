import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { extract, type Pack } from 'tar-stream'
import { openPack, packTree } from './pack.ts'
import { parseCopy, splitRemote } from './place.ts'
import { unpackTree } from './unpack.ts'

describe('what is copied', () => {
  it.each([
    [':/data/it', '.', { direction: 'down', process: 'web', remote: '/data/it', local: '.' }],
    ['worker:it', 'there', { direction: 'down', process: 'worker', remote: 'it', local: 'there' }],
    ['./a:b', ':', { direction: 'up', process: 'web', remote: '.', local: './a:b' }],
  ])('of %s %s', (from, to, copy) => expect(parseCopy(from, to)).toEqual(copy))
  it.each([
    ['a', 'b'],
    [':a', ':b'],
  ])('is not said by %s %s', (from, to) =>
    expect(() => parseCopy(from, to)).toThrow(expect.objectContaining({ code: 'badOptionValue' })),
  )
  it.each([
    ['/data/it', '/data/', 'it'],
    ['/data/it/', '/data/', 'it'],
    ['it', '.', 'it'],
    ['/', '/', undefined],
    ['.', '.', undefined],
    ['/data/..', '/data/..', undefined],
  ])('lies, when it is %s, in %s as %s', (path, folder, name) => expect(splitRemote(path)).toEqual({ folder, name }))
})

describe('files as a tar, and back', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'naru-copy-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  async function throughTar(path: string, name: string, target: string) {
    const [tar, back] = [openPack(), extract()]
    const [packed, unpacked] = await Promise.all([
      packTree(tar, path, name),
      unpackTree(back, target),
      pipeline(tar, back),
    ])
    expect(unpacked).toEqual(packed)
    return unpacked
  }
  async function unpackOf(entries: [Parameters<Pack['entry']>[0], string?][]) {
    const [tar, back] = [openPack(), extract()]
    for (const [header, content] of entries) tar.entry(header, content ?? '')
    tar.finalize()
    const target = join(root, 'target')
    await Promise.all([unpackTree(back, target), pipeline(tar, back).catch(() => {})])
    return target
  }

  it('are the same: bytes, rights, empty folders, links, long names', async () => {
    const from = join(root, 'from')
    const long = 'é'.repeat(60)
    await mkdir(join(from, 'empty'), { recursive: true })
    await mkdir(join(from, long, long), { recursive: true })
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
    await writeFile(join(from, long, long, 'it'), bytes)
    await writeFile(join(from, 'run'), '')
    await chmod(join(from, 'run'), 0o750)
    await symlink('run', join(from, 'link'))
    expect(await throughTar(from, 'there', join(root, 'to'))).toEqual({ files: 2, bytes: 100_000 })
    const to = join(root, 'to')
    expect((await readdir(to)).toSorted()).toEqual(['empty', 'link', 'run', long])
    expect(await readFile(join(to, long, long, 'it'))).toEqual(bytes)
    expect((await stat(join(to, 'run'))).mode & 0o777).toBe(0o750)
    expect(await readlink(join(to, 'link'))).toBe('run')
  })

  it('may be one file', async () => {
    await writeFile(join(root, 'one'), 'text')
    await throughTar(join(root, 'one'), 'one', join(root, 'other'))
    expect(await readFile(join(root, 'other'), 'utf8')).toBe('text')
  })

  it('have a second name of the same file as a file', async () => {
    const target = await unpackOf([[{ name: 'it/a' }, 'text'], [{ name: 'it/b', type: 'link', linkname: 'it/a' }]])
    expect(await readFile(join(target, 'b'), 'utf8')).toBe('text')
  })

  it.each(['../it', 'it/../../it', '/it'])('are not written outside, as %s would be', async (name) => {
    await expect(unpackOf([[{ name }, 'text']])).rejects.toThrow('leads elsewhere')
    await expect(unpackOf([[{ name: 'it/b', type: 'link', linkname: name }]])).rejects.toThrow('leads elsewhere')
  })

  it('are not written through a link that the tar has made', async () => {
    const outside = join(root, 'outside')
    await mkdir(outside)
    await expect(
      unpackOf([[{ name: 'it/a', type: 'symlink', linkname: outside }], [{ name: 'it/a/b' }, 'text']]),
    ).rejects.toThrow('EEXIST')
    expect(await readdir(outside)).toEqual([])
  })
})
