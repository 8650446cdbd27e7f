/** Builds the examples for real: Debian packages, npm, the sandbox; reads and writes the registry with skopeo; starts
 *  what was built in a chroot. */
import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuiltImage, ProgressEvent } from '../../src/builder/index.ts'
import { type ImageBuilds, openImageBuilds } from './harness/image-builds.ts'

const run = promisify(execFile)
const examples = join(import.meta.dirname, '..', '..', 'examples')
let builds: ImageBuilds
let dir: string

beforeAll(async () => {
  builds = await openImageBuilds()
  dir = builds.dir
})
afterAll(() => builds[Symbol.asyncDispose]())

const build: ImageBuilds['build'] = (...args) => builds.build(...args)
const unpack: ImageBuilds['unpack'] = (...args) => builds.unpack(...args)
const host = () => builds.registry.url.replace('http://', '')
const roles = (image: BuiltImage) => image.layers.map(({ role, reused }) => `${role}${reused ? ' reused' : ''}`)

async function app(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(dir, 'app-'))
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content)
  return folder
}

describe('a Node.js app without dependencies', () => {
  let first: BuiltImage

  it('is built, and pulled and pushed back by skopeo with the same digest', async () => {
    first = await build(join(examples, 'hello'), { name: 'hello' })
    expect(roles(first)).toEqual(['base', 'runtime', 'app'])
    expect(first.image).toBe(`registry.naru.localhost/default/hello@${first.digest}`)
    const folder = join(dir, 'skopeo')
    await run('skopeo', [
      'copy',
      '-q',
      '--src-tls-verify=false',
      '--src-creds',
      'naru:secret',
      `docker://${host()}/default/hello@${first.digest}`,
      `dir:${folder}`,
    ])
    await run('skopeo', [
      'copy',
      '-q',
      '--dest-tls-verify=false',
      '--dest-creds',
      'naru:secret',
      `dir:${folder}`,
      `docker://${host()}/copied/hello:v1`,
    ])
    const { stdout } = await run('skopeo', [
      'inspect',
      '--tls-verify=false',
      '--creds',
      'naru:secret',
      `docker://${host()}/copied/hello:v1`,
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      Digest: first.digest,
      Architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      RepoTags: ['v1'],
    })
    await expect(
      run('skopeo', ['inspect', '--tls-verify=false', '--creds', 'naru:wrong', `docker://${host()}/copied/hello:v1`]),
    ).rejects.toThrow(/unauthorized/)
  })

  it('is wholly reused when nothing changed, and all but the app when one line did', async () => {
    const again = await build(join(examples, 'hello'), { name: 'hello' })
    expect(again.digest).toBe(first.digest)
    expect(roles(again)).toEqual(['base reused', 'runtime reused', 'app reused'])
    const edited = join(dir, 'edited')
    await cp(join(examples, 'hello'), edited, { recursive: true })
    await writeFile(join(edited, 'server.js'), `${await readFile(join(edited, 'server.js'), 'utf8')}\n// edited\n`)
    const changed = await build(edited, { name: 'hello' })
    expect(roles(changed)).toEqual(['base reused', 'runtime reused', 'app'])
    expect(changed.digest).not.toBe(first.digest)
  })

  it('runs as an ordinary user from what was pulled, with a shell, tools, certificates and time zones', async () => {
    const root = await unpack('hello')
    const script =
      'id -un; node -p process.version; grep -c BEGIN /etc/ssl/certs/ca-certificates.crt; TZ=Asia/Seoul date +%Z; ls /app | sort | tr "\\n" " "; echo | wc -l'
    const { stdout } = await run('chroot', [
      '--userspec=65532:65532',
      root,
      '/usr/bin/env',
      '-i',
      'PATH=/usr/local/bin:/usr/bin:/bin',
      'sh',
      '-c',
      script,
    ])
    expect(stdout).toMatch(/^app\nv24\.\d+\.\d+\n1\d\d\nKST\nREADME\.md package\.json server\.js 1\n$/)
  })
})

describe('an app with dependencies', () => {
  it('gets node_modules in a layer of its own, the same bytes from another cache, without the user`s npm configuration', async () => {
    const first = await build(join(examples, 'express'), { name: 'express' })
    expect(roles(first)).toEqual(['base reused', 'runtime reused', 'dependencies', 'app'])
    const again = await build(join(examples, 'express'), { name: 'express', cacheDir: join(dir, 'other-cache') })
    expect(again.digest).toBe(first.digest)
    const root = await unpack('express')
    expect(await readdir(join(root, 'app', 'node_modules'))).toContain('express')
    expect(await readdir(join(root, 'home', 'app'))).toEqual([])
    expect(await readdir(join(dir, 'cache', 'work'))).toEqual([])
  })

  it('fails with npm`s own words when the lockfile disagrees', async () => {
    const folder = join(dir, 'mismatch')
    await cp(join(examples, 'express'), folder, { recursive: true })
    const manifest = await readFile(join(folder, 'package.json'), 'utf8')
    await writeFile(join(folder, 'package.json'), manifest.replace('"express": "^5.1.0"', '"express": "^4.0.0"'))
    const error = await build(folder).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      reason: 'LockfileMismatch',
      output: expect.arrayContaining([expect.stringMatching(/Invalid: lock file's express@5/)]),
    })
  })
})

describe('an app whose dependencies come by git', () => {
  const steal = '#!/bin/sh\necho "stolen: $(env | grep _auth)$(cat "$npm_config_userconfig")" >&2\nexit 1\n'
  const address = 'git+https://example.invalid/evil.git'
  const resolved = `${address}#${'0123456789'.repeat(4)}`
  const locked = {
    lockfileVersion: 3,
    requires: true,
    packages: { '': { dependencies: { evil: address } }, 'node_modules/evil': { version: '1.0.0', resolved } },
  }
  const seen = async (lockfile: string) => {
    const folder = await app({
      'package.json': JSON.stringify({ main: 'server.js', dependencies: { evil: address } }),
      'package-lock.json': lockfile,
      '.npmrc': 'git=/app/patches/steal\n',
      'server.js': '',
    })
    await mkdir(join(folder, 'patches'))
    await writeFile(join(folder, 'patches', 'steal'), steal, { mode: 0o755 })
    const env = { ...process.env, 'npm_config_//registry.example/:_authToken': 'of-the-user' }
    const events: ProgressEvent[] = []
    const failure = build(folder, { env, onProgress: (event) => events.push(event) })
    await expect(failure).rejects.toMatchObject({ reason: 'StepFailed', step: 'npm ci' })
    return events.map(({ state, detail }) => `${state}: ${detail}`).join('\n')
  }

  it('is told of it, and what its .npmrc runs for git sees nothing of the user`s npm configuration', async () => {
    const text = await seen(JSON.stringify(locked))
    expect(text).toMatch(/^warning: the git repository in package-lock\.json may run code/m)
    expect(text).toContain('stolen:')
    expect(text).not.toContain('of-the-user')
  })

  it('runs nothing beside that configuration, however the lockfile is written', async () => {
    const text = await seen(JSON.stringify(locked).replaceAll('git', '\\u0067it'))
    expect(text).toContain('git is not run while your settings are at hand')
    expect(text).not.toContain('stolen:')
  })
})

describe('a static site', () => {
  it('is served with entity tags that change with the content, its own 404 page, and short addresses', async () => {
    await build(join(examples, 'static'), { name: 'static' })
    const root = await unpack('static')
    const server = spawn(
      'chroot',
      [
        '--userspec=65532:65532',
        root,
        '/usr/bin/env',
        '-i',
        'HOME=/home/app',
        'PORT=18391',
        'sh',
        '-c',
        'cd /app && exec /usr/bin/caddy run --config caddy.json',
      ],
      { stdio: 'ignore' },
    )
    try {
      const url = 'http://127.0.0.1:18391'
      await expect
        .poll(
          () =>
            fetch(url).then(
              (response) => response.status,
              () => 0,
            ),
          { timeout: 10_000 },
        )
        .toBe(200)
      const page = await fetch(url)
      expect(page.headers.get('etag')).toMatch(/^"\w{6,}"$/)
      expect(page.headers.get('last-modified')).toBeNull()
      expect((await fetch(url, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })).status).toBe(304)
      expect(await (await fetch(`${url}/about`)).text()).toContain('<h1>About</h1>')
      const missing = await fetch(`${url}/nowhere`)
      expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('<h1>404</h1>')])
      expect((await fetch(`${url}/caddy.json`)).status).toBe(404)
    } finally {
      server.kill()
      await once(server, 'close')
    }
  })
})

describe('build steps', () => {
  const manifest = (build: string) => JSON.stringify({ scripts: { build, start: 'node server.js' } })

  it('run in a sandbox: no root, no home, no other processes, one folder to write', async () => {
    const probe =
      'mkdir -p out && (id -u; ls -d /root /home/app 2>&1; ps -e | wc -l; touch /usr/x 2>&1; env | sort) > out/probe.txt'
    await build(await app({ 'package.json': manifest(probe), 'server.js': '' }), { name: 'probe' })
    const text = await readFile(join(await unpack('probe'), 'app', 'out', 'probe.txt'), 'utf8')
    expect(text.split('\n')[0]).not.toBe('0')
    expect(text).toMatch(/\/root.*No such file/)
    expect(text).toMatch(/touch: .*(Read-only|denied)/i)
    expect(text).not.toMatch(/npm_config_userconfig=(?!\/home\/app)/)
  })

  it('that fail give the failing line', async () => {
    const folder = await app({
      'package.json': manifest('node make.js'),
      'make.js': 'let a = 1\nlet = = 2\n',
      'server.js': '',
    })
    await expect(build(folder)).rejects.toMatchObject({
      reason: 'StepFailed',
      step: 'npm run build',
      exitCode: 1,
      output: expect.arrayContaining([expect.stringMatching(/^make\.js:2: SyntaxError/)]),
    })
  })

  it('end with everything they started when the build is cancelled', async () => {
    const folder = await app({ 'package.json': manifest('sleep 7531 & sleep 7532'), 'server.js': '' })
    const stop = new AbortController()
    const onProgress = (event: ProgressEvent) => {
      if (event.step === 'build' && event.detail.includes('sleep')) stop.abort()
    }
    await expect(build(folder, { signal: stop.signal, onProgress })).rejects.toMatchObject({ reason: 'Cancelled' })
    const { stdout } = await run('ps', ['-eo', 'stat=,args='])
    expect(stdout.split('\n').filter((line) => /sleep 753[12]$/.test(line) && !line.startsWith('Z'))).toEqual([])
    expect(await readdir(join(dir, 'cache', 'work'))).toEqual([])
  })

  it('cannot put files of this machine into the image through a link', async () => {
    const folder = await app({ 'package.json': JSON.stringify({ scripts: { build: 'ln -s /etc dist' } }) })
    await expect(build(folder)).rejects.toMatchObject({ reason: 'OutputMissing' })
  })
})
