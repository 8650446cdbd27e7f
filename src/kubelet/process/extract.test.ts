import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestRegistry, TEST_CREDENTIALS, TEST_HOST, type TarFile, tarOf } from '../runtime/test-registry.ts'
import { extractLayer } from './extract.ts'
import { ImageStore } from './image-store.ts'
import { parseReference } from './reference.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'naru-extract-')))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const unpack = async (...files: TarFile[]) => extractLayer(root, Readable.from([await tarOf(files)]))

describe('unpacking a layer', () => {
  it('makes files, directories, links and removes what later layers white out', async () => {
    await unpack(
      { name: 'app/', type: 'directory' },
      { name: 'app/a.sh', data: 'A', mode: 0o4755 },
      { name: './deep/b', data: 'B' },
      { name: 'deep/same', type: 'link', linkname: 'deep/b' },
      { name: 'app/rel', type: 'symlink', linkname: '../deep/b' },
      { name: 'app/abs', type: 'symlink', linkname: '/deep/b' },
      { name: 'dev', type: 'character-device' },
    )
    expect(await readFile(join(root, 'app/rel'), 'utf8')).toBe('B')
    expect(await readFile(join(root, 'app/abs'), 'utf8')).toBe('B')
    expect(await readlink(join(root, 'app/abs'))).toBe('../deep/b')
    expect((await stat(join(root, 'app/a.sh'))).mode & 0o7777).toBe(0o755)
    expect(await readdir(root)).toEqual(['app', 'deep'])
    await unpack({ name: 'app/.wh.a.sh' }, { name: 'deep/.wh..wh..opq' }, { name: 'deep/new', data: 'N' })
    expect(await readdir(join(root, 'app'))).toEqual(['abs', 'rel'])
    expect(await readdir(join(root, 'deep'))).toEqual(['new'])
  })

  it.each<[string, TarFile[]]>([
    ['a path upwards', [{ name: '../evil', data: 'x' }]],
    ['a path upwards from within', [{ name: 'a/../../evil', data: 'x' }]],
    ['a symlink out of the image', [{ name: 'out', type: 'symlink', linkname: '../../etc' }]],
    [
      'a file through a symlink',
      [
        { name: 'd', type: 'directory' },
        { name: 'l', type: 'symlink', linkname: 'd' },
        { name: 'l/x', data: 'x' },
      ],
    ],
    ['a hard link out of the image', [{ name: 'h', type: 'link', linkname: '../../etc/passwd' }]],
  ])('refuses %s', async (_what, files) => {
    await expect(unpack(...files)).rejects.toMatchObject({ name: 'RuntimeError' })
    await expect(lstat(join(root, '../evil'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('removes nothing through links, wherever they lead', async () => {
    const image = join(root, 'image')
    await mkdir(image)
    await writeFile(join(root, 'precious'), '')
    const layer = await tarOf([
      { name: 'a/b', type: 'directory' },
      { name: 'a/b/top', type: 'symlink', linkname: '../..' },
      { name: 'a/b/out', type: 'symlink', linkname: 'top/..' },
      { name: 'a/b/out/.wh.precious' },
    ])
    await expect(extractLayer(image, Readable.from([layer]))).rejects.toThrow('writes through')
    expect(await readdir(root)).toEqual(['image', 'precious'])
  })
})

describe('images of the process runtime', () => {
  it('are pulled once, without the distribution, and by digest', async () => {
    await using registry = await openTestRegistry()
    const image = await registry.push(
      'default/app',
      [
        { kind: 'base', files: [{ name: 'bin/sh', data: 'not this' }] },
        { kind: 'app', files: [{ name: 'app/main', data: 'this' }] },
      ],
      { Cmd: ['main'] },
    )
    const store = new ImageStore(root)
    const access = { address: registry.address, credentials: TEST_CREDENTIALS }
    const [pulled, same] = await Promise.all([store.pull(image, access), store.pull(image, access)])
    expect(same).toEqual(pulled)
    expect(await readdir(store.filesOf(pulled.id))).toEqual(['app'])
    expect(await store.find(image)).toEqual(pulled)
    const blobs = registry.requests.filter((request) => request.includes('/blobs/'))
    expect(blobs).toHaveLength(2)
    await mkdir(join(root, 'killed.tmp'))
    await store.sweep()
    await store.remove(pulled.id)
    expect(await store.list()).toEqual([])
    expect(await readdir(root)).toEqual([])
  })

  it('are refused when content and digest disagree, and nothing is left', async () => {
    await using registry = await openTestRegistry()
    const image = await registry.push('default/app', [{ kind: 'app', files: [{ name: 'x', data: 'y' }] }], {})
    for (const digest of registry.digests().slice(0, 2)) registry.corrupt(digest)
    const store = new ImageStore(root)
    await expect(store.pull(image, { address: registry.address, credentials: TEST_CREDENTIALS })).rejects.toThrow(
      /digest/,
    )
    expect(await readdir(root)).toEqual([])
  })

  it.each([
    [`${TEST_HOST}/a/b:1.2`, { host: TEST_HOST, repository: 'a/b', reference: '1.2' }],
    ['h:5000/a@sha256:ff', { host: 'h:5000', repository: 'a', reference: 'sha256:ff' }],
    ['h:5000/a', { host: 'h:5000', repository: 'a', reference: 'latest' }],
  ])('%s is taken apart', (image, expected) => expect(parseReference(image)).toEqual(expected))

  it('without a registry in the name are refused', () => {
    expect(() => parseReference('nginx')).toThrow(/names no registry/)
  })
})
