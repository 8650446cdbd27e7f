import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestSource, readSource } from './read-source.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-source-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

const paths = async () => (await readSource({ root })).files.map(({ path }) => path)

describe('what counts', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'no version control, no dependencies, no secrets',
      {
        'a.js': '',
        '.git/config': '',
        'node_modules/x/a.js': '',
        'b/node_modules/y': '',
        '.env': 'S=1',
        '.env.local': '',
        '.env.example': '',
      },
      ['.env.example', 'a.js'],
    ],
    [
      'what .gitignore leaves',
      { '.gitignore': '*.log\n/out\n', 'a.log': '', 'out/x': '', 'b/out/x': '' },
      ['.gitignore', 'b/out/x'],
    ],
    [
      'what a nested .gitignore leaves',
      { 'b/.gitignore': '*.tmp\n!keep.tmp\n', 'a.tmp': '', 'b/a.tmp': '', 'b/keep.tmp': '', 'b/c/a.tmp': '' },
      ['a.tmp', 'b/.gitignore', 'b/keep.tmp'],
    ],
    [
      '.naruignore alone when it is there',
      { '.naruignore': 'b\n', '.gitignore': 'a\n', a: '', b: '' },
      ['.gitignore', '.naruignore', 'a'],
    ],
    [
      'defaults taken back',
      { '.naruignore': '!.env\n!coverage\n', '.env': '', 'coverage/x': '' },
      ['.env', '.naruignore', 'coverage/x'],
    ],
  ])('%s', async (_name, files, expected) => {
    await write(files)
    expect(await paths()).toEqual(expected)
  })

  it('names the secrets that it left out', async () => {
    await write({ 'a.js': '', '.env': '', 'web/.env.production': '', '.env.example': '' })
    expect((await readSource({ root })).excludedSecrets).toEqual(['.env', 'web/.env.production'])
  })

  it('keeps links inside the folder as links, and the executable bit', async () => {
    await write({ 'bin/run': '#!/bin/sh', 'lib/a.js': '' })
    await chmod(join(root, 'bin/run'), 0o700)
    await symlink('../lib/a.js', join(root, 'bin/a.js'))
    await symlink('nowhere', join(root, 'dangling'))
    expect((await readSource({ root })).files).toEqual([
      { path: 'bin/a.js', type: 'symlink', target: '../lib/a.js' },
      { path: 'bin/run', type: 'file', size: 9, executable: true },
      { path: 'dangling', type: 'symlink', target: 'nowhere' },
      { path: 'lib/a.js', type: 'file', size: 0, executable: false },
    ])
  })
})

describe('what is refused', () => {
  it.each([
    ['missing', () => join(root, 'gone'), 'SourceMissing'],
    ['no folder', () => join(root, 'file'), 'SourceNotFolder'],
    ['below a file', () => join(root, 'file', 'x'), 'SourceNotFolder'],
    ['empty', () => join(root, 'empty'), 'SourceEmpty'],
  ])('a folder that is %s', async (_name, at, reason) => {
    await write({ file: '' })
    await mkdir(join(root, 'empty'))
    await expect(readSource({ root: at() })).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(at()),
      hint: expect.any(String),
    })
  })

  it.each(['/etc/passwd', '../outside', 'a/../../outside'])('a link to %s', async (target) => {
    await write({ 'a/x': '' })
    await symlink(target, join(root, 'link'))
    await expect(readSource({ root })).rejects.toMatchObject({
      reason: 'UnsupportedFile',
      message: expect.stringContaining(target),
      hint: expect.stringContaining('/link'),
    })
  })

  it.each(['outside', 'nothing'])('a link that leads out through another one, to %s', async (name) => {
    const folder = join(root, 'a', 'app')
    await write({ outside: '', 'a/app/x/y/z': '' })
    await symlink('../..', join(folder, 'x', 'y', 'top'))
    await symlink(`x/y/top/../../${name}`, join(folder, 'link'))
    await expect(readSource({ root: folder })).rejects.toMatchObject({
      reason: 'UnsupportedFile',
      message: expect.stringContaining(`/link is a symbolic link to`),
    })
  })

  it.each(['.naruignore', '.gitignore', 'a/.gitignore'])('rules in %s that are no ordinary file', async (path) => {
    await write({ 'a/x': '' })
    await symlink('/dev/zero', join(root, path))
    await expect(readSource({ root })).rejects.toMatchObject({
      reason: 'UnsupportedFile',
      message: expect.stringContaining(path),
    })
  })

  it('a text that is too long to be one', async () => {
    await write({ 'pom.xml': '' })
    await truncate(join(root, 'pom.xml'), 65 * 2 ** 20)
    await expect((await readSource({ root })).readText('pom.xml')).rejects.toMatchObject({
      reason: 'SourceTooLarge',
      message: expect.stringContaining('pom.xml'),
    })
  })

  it('a socket', async () => {
    await write({ 'a.js': '' })
    const server = createServer().listen(join(root, 'app.sock'))
    await once(server, 'listening')
    await expect(readSource({ root })).rejects.toMatchObject({ reason: 'UnsupportedFile' })
    server.close()
  })

  it('a folder that is too large, naming what to leave out', async () => {
    await write({ 'data/big.bin': 'x'.repeat(5000), 'a.js': 'y' })
    await expect(readSource({ root, limits: { maxBytes: 1000, maxFiles: 100 } })).rejects.toMatchObject({
      reason: 'SourceTooLarge',
      message: expect.stringContaining('data/ 5.0 kB'),
      hint: expect.stringContaining('/data/'),
    })
    await expect(readSource({ root, limits: { maxBytes: 1e6, maxFiles: 1 } })).rejects.toMatchObject({
      reason: 'SourceTooLarge',
    })
  })

  it('everything when asked to stop', async () => {
    await write({ a: '' })
    await expect(readSource({ root, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  })
})

describe('digestSource', () => {
  it('depends on names, contents, links and executable bits, and on nothing else', async () => {
    await write({ 'a.js': '1', 'b.js': '2' })
    const digest = async () => digestSource(await readSource({ root }))
    const seen = [await digest()]
    await write({ 'a.js': '1' })
    expect(await digest()).toBe(seen[0])
    for (const change of [
      () => write({ 'a.js': '3' }),
      () => chmod(join(root, 'a.js'), 0o755),
      () => symlink('a.js', join(root, 'c.js')),
      () => rm(join(root, 'b.js')),
    ]) {
      await change()
      const now = await digest()
      expect(seen).not.toContain(now)
      seen.push(now)
    }
  })
})

it('reads a war or jar file alone, whatever lies beside it and whatever it is ignored by', async () => {
  await write({ 'shop.war': 'war', 'server.js': '', '.gitignore': '*.war' })
  const source = await readSource({ root: join(root, 'shop.war') })
  expect(source).toMatchObject({ root, files: [{ path: 'shop.war', type: 'file', size: 3, executable: false }] })
  expect(await source.readText('server.js')).toBeUndefined()
  await expect(readSource({ root: join(root, 'server.js') })).rejects.toMatchObject({ reason: 'SourceNotFolder' })
  await expect(readSource({ root: join(root, 'missing.war') })).rejects.toMatchObject({ reason: 'SourceMissing' })
})
