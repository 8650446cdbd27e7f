import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../lib/index.ts'
import type { CliError } from '../errors.ts'
import { isGitUrl, withoutPassword } from './clone.ts'
import { layDown } from './lay-down.ts'
import { templateFolder, templateNames } from './templates.ts'

const run = promisify(execFile)
const MIB = 2 ** 20
const { signal } = new AbortController()
const how = { signal, clock: systemClock }
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-init-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}

/** Files by HTTP, as a web server has them that knows nothing of git. */
async function serveFiles(folder: string) {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://here')
    const [, moved] = /^\/moved(\/.*)$/.exec(pathname) ?? []
    if (moved !== undefined) return void response.writeHead(301, { location: `${moved}${search}` }).end()
    readFile(join(folder, pathname)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

describe('a template of ours', () => {
  it('is found by its name, or the nearest is named', async () => {
    expect(await templateNames()).toContain('node-web')
    expect(await templateFolder('node-web')).toMatch(/templates\/node-web$/)
    await expect(templateFolder('node-wep')).rejects.toMatchObject({
      code: 'templateUnknown',
      parameters: { known: 'node-web' },
    })
  })
  it('has a README that says how it is tested and deployed', async () => {
    for (const name of await templateNames()) {
      const text = await readFile(join(await templateFolder(name), 'README.md'), 'utf8')
      expect(text).toMatch(/^(?:npm test|go test|\.venv\/bin\/pytest|phpunit|mvn).*^naru deploy/ms)
    }
  })
})

describe('laying down', () => {
  it('copies a folder, but for what was installed in it', async () => {
    await write('from/a.txt', 'a')
    await write('from/deep/.hidden', 'b')
    await write('from/node_modules/x/index.js', 'x')
    await write('from/.git/config', 'x')
    await write('from/.venv/pyvenv.cfg', 'x')
    await write('from/deep/__pycache__/x.pyc', 'x')
    const target = join(root, 'new', 'shop')
    await layDown(target, { kind: 'folder', path: join(root, 'from') }, how)
    expect((await readdir(target)).toSorted()).toEqual(['a.txt', 'deep'])
    expect(await readFile(join(target, 'deep', '.hidden'), 'utf8')).toBe('b')
  })
  it('a template gets the name of its folder', async () => {
    const path = await templateFolder('node-postgres')
    await layDown(join(root, 'My Shop'), { kind: 'template', path }, how)
    expect(await readFile(join(root, 'My Shop', 'score.yaml'), 'utf8')).toMatch(/^metadata:\n {2}name: my-shop$/m)
  })
  it('a template tells git what is not its, though npm packs no file of that name', async () => {
    for (const name of await templateNames()) {
      await layDown(join(root, name), { kind: 'template', path: await templateFolder(name) }, how)
      const files = await readdir(join(root, name))
      expect(files).toContain('.gitignore')
      expect(files).not.toContain('gitignore')
    }
  })
  it('takes an empty folder, and no other', async () => {
    await write('from/a.txt', 'a')
    await mkdir(join(root, 'empty'))
    await layDown(join(root, 'empty'), { kind: 'folder', path: join(root, 'from') }, how)
    await expect(layDown(join(root, 'empty'), { kind: 'folder', path: join(root, 'from') }, how)).rejects.toThrow(
      'folderNotEmpty',
    )
  })
  it('fills the very folder that is there, which a shell may be in, and makes a new one that others may enter', async () => {
    await write('from/a.txt', 'a')
    await mkdir(join(root, 'empty'))
    const { ino, mode } = await stat(join(root, 'empty'))
    await layDown(join(root, 'empty'), { kind: 'folder', path: join(root, 'from') }, how)
    expect(await readdir(join(root, 'empty'))).toEqual(['a.txt'])
    expect((await stat(join(root, 'empty'))).ino).toBe(ino)
    await layDown(join(root, 'new'), { kind: 'folder', path: join(root, 'from') }, how)
    expect((await stat(join(root, 'new'))).mode).toBe(mode)
  })
  it('leaves links as they are, and follows none', async () => {
    await write('from/a.txt', 'a')
    const links = { beside: 'a.txt', out: '/etc/passwd', up: '../../..', gone: 'nowhere' }
    for (const [name, to] of Object.entries(links)) await symlink(to, join(root, 'from', name))
    await layDown(join(root, 'shop'), { kind: 'folder', path: join(root, 'from') }, how)
    for (const [name, to] of Object.entries(links)) expect(await readlink(join(root, 'shop', name))).toBe(to)
  })
  it.each([
    ['a folder under a file', 'file/shop', 'folderUnwritable'],
    ['a file', 'file', 'folderUnwritable'],
    ['where nobody may write', '/proc/shop', 'folderUnwritable'],
  ])('says when the target is %s', async (_, target, code) => {
    await write('file', '')
    await write('from/a.txt', 'a')
    const source = { kind: 'folder', path: join(root, 'from') } as const
    await expect(layDown(resolve(root, target), source, how)).rejects.toMatchObject({ code })
    expect((await readdir(root)).toSorted()).toEqual(['file', 'from'])
  })
  it.each([
    ['is not there', 'none'],
    ['is a file', 'file'],
    ['has the target in it', '.'],
  ])('says when the folder to copy %s', async (_, from) => {
    await write('file', '')
    const laid = layDown(join(root, 'a', 'shop'), { kind: 'folder', path: resolve(root, from) }, how)
    await expect(laid).rejects.toMatchObject({ code: 'templateUnreadable' })
    expect(await readdir(join(root, 'a'))).toEqual([])
  })
  it('leaves nothing when it is interrupted', async () => {
    await write('from/a.txt', 'a')
    const source = { kind: 'folder', path: join(root, 'from') } as const
    await expect(layDown(join(root, 'shop'), source, { ...how, signal: AbortSignal.abort() })).rejects.toThrow('abort')
    expect(await readdir(root)).toEqual(['from'])
  })
  it('leaves nothing when it fails', async () => {
    const failed = layDown(join(root, 'shop'), { kind: 'folder', path: join(root, 'none') }, how)
    await expect(failed).rejects.toMatchObject({ code: 'templateUnreadable' })
    expect(await readdir(root)).toEqual([])
  })
  it('clones a repository, without its history, and runs nothing of it', async () => {
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: join(root, 'repository') })
    await write('repository/a.txt', 'a')
    await git('init', '--quiet')
    await write('repository/.git/hooks/post-checkout', `#!/bin/sh\ntouch ${join(root, 'ran')}\n`)
    await chmod(join(root, 'repository/.git/hooks/post-checkout'), 0o755)
    await git('add', '.')
    await git('commit', '--quiet', '-m', 'a')
    await layDown(join(root, 'shop'), { kind: 'git', url: `file://${join(root, 'repository')}` }, how)
    expect(await readdir(join(root, 'shop'))).toEqual(['a.txt'])
    expect(await readdir(root)).not.toContain('ran')
    await git('clone', '--quiet', '--bare', '.', join(root, 'served', 'shop.git'))
    await run('git', ['update-server-info'], { cwd: join(root, 'served', 'shop.git') })
    await using server = await serveFiles(join(root, 'served'))
    await layDown(join(root, 'by-http'), { kind: 'git', url: `${server.url}/shop.git` }, how)
    expect(await readdir(join(root, 'by-http'))).toEqual(['a.txt'])
    await layDown(join(root, 'moved'), { kind: 'git', url: `${server.url}/moved/shop.git` }, how)
    expect(await readdir(join(root, 'moved'))).toEqual(['a.txt'])
    const missing = layDown(join(root, 'other'), { kind: 'git', url: `file://${join(root, 'nothing')}` }, how)
    await expect(missing).rejects.toMatchObject({ code: 'templateUnreadable' })
    expect((await readdir(root)).toSorted()).toEqual(['by-http', 'moved', 'repository', 'served', 'shop'])
  })
  it.each([
    ['more than may be fetched', { large: randomBytes(3 * MIB).toString('hex') }, {}, 'it is larger than 1.0 MiB'],
    ['files that are larger', { large: '0'.repeat(3 * MIB) }, {}, 'its files are larger than 1.0 MiB'],
    ['more files', { a: '', b: '', c: '' }, { maxFiles: 2 }, 'it has more than 2 files'],
  ])('refuses a repository of %s, before they are written', async (_, files, limits, reason) => {
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: join(root, 'repository') })
    for (const [name, text] of Object.entries(files)) await write(`repository/${name}`, text)
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '-m', 'a')
    const url = `file://${join(root, 'repository')}`
    const seen: number[] = []
    const options = {
      ...how,
      onBytes: (bytes: number) => void seen.push(bytes),
      limits: { maxBytes: MIB, maxFiles: 100, ...limits },
    }
    await expect(layDown(join(root, 'shop'), { kind: 'git', url }, options)).rejects.toMatchObject({
      code: 'templateUnreadable',
      parameters: { reason },
    })
    expect(seen.at(-1)).toBeGreaterThan(0)
    expect(await readdir(root)).toEqual(['repository'])
  })

  it('takes a repository without a commit, whatever repository the environment names', async () => {
    await run('git', ['init', '--quiet', join(root, 'repository')])
    vi.stubEnv('GIT_DIR', join(root, 'repository', '.git'))
    try {
      const laid = layDown(join(root, 'shop'), { kind: 'git', url: `file://${join(root, 'repository')}` }, how)
      expect(await laid).toEqual([])
    } finally {
      vi.unstubAllEnvs()
    }
    expect(await readdir(join(root, 'shop'))).toEqual([])
  })

  it('writes no more when it is interrupted', async () => {
    const interrupt = new AbortController()
    await using server = await serveFiles(root)
    const options = { ...how, signal: interrupt.signal, onBytes: () => interrupt.abort() }
    const laid = layDown(join(root, 'shop'), { kind: 'git', url: `${server.url}/slow.git` }, options)
    await expect(laid).rejects.toThrow('abort')
    expect(await readdir(root)).toEqual([])
  })

  it('leaves submodules out, and says which', async () => {
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'protocol.file.allow=always', ...args], {
        cwd: join(root, 'repository'),
      })
    await write('repository/a.txt', 'a')
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '-m', 'a')
    await git('submodule', '--quiet', 'add', join(root, 'repository'), 'vendor/own')
    await git('commit', '--quiet', '-m', 'b')
    const laid = layDown(join(root, 'shop'), { kind: 'git', url: `file://${join(root, 'repository')}` }, how)
    expect(await laid).toEqual(['vendor/own'])
    expect(await readdir(join(root, 'shop', 'vendor', 'own'))).toEqual([])
  })
  it.each([
    '--upload-pack=touch $PROOF;.git',
    'ext::sh -c touch% $PROOF% .git',
    'ssh://-oProxyCommand=touch%20$PROOF/x',
  ])('runs no program that a URL names: %s', async (text) => {
    const url = text.replace('$PROOF', join(root, 'proof'))
    expect(isGitUrl(url)).toBe(true)
    const laid = layDown(join(root, 'shop'), { kind: 'git', url }, how)
    await expect(laid).rejects.toMatchObject({ code: 'templateUnreadable' })
    expect(await readdir(root)).toEqual([])
  })
  it('shows no password of a URL', async () => {
    const url = 'http://ann:swordfish@127.0.0.1:1/shop.git'
    expect(withoutPassword(url)).toBe('http://127.0.0.1:1/shop.git')
    expect(withoutPassword('git@example.com:me/shop.git')).toBe('git@example.com:me/shop.git')
    const error = await layDown(join(root, 'shop'), { kind: 'git', url }, how).catch((failure: unknown) => failure)
    expect(JSON.stringify((error as CliError).parameters)).not.toContain('swordfish')
  })
  it.each([
    ['https://example.com/shop', true],
    ['git@example.com:me/shop.git', true],
    ['../shop.git', true],
    ['node-web', false],
    ['./shop', false],
  ])('%s is a repository: %s', (text, expected) => expect(isGitUrl(text)).toBe(expected))
})
