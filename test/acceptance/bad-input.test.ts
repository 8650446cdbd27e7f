import { createServer } from 'node:net'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

const nobody = { uid: 65534, gid: 65534 }
const manifest = (fields: object) => JSON.stringify({ name: 'shop', version: '1.0.0', ...fields })

interface Case {
  what: string
  files?: Record<string, string>
  prepare?: (folder: string) => Promise<void>
  args?: string[]
  code: 1 | 2
  says: RegExp
}

const cases: Case[] = [
  { what: 'an empty folder', files: {}, code: 1, says: /empty/i },
  {
    what: 'a missing folder',
    prepare: (folder) => rm(folder, { recursive: true }),
    code: 2,
    says: /(no such|does not exist|no folder)/i,
  },
  {
    what: 'a file instead of a folder',
    prepare: async (folder) => {
      await rm(folder, { recursive: true })
      await writeFile(folder, '')
    },
    code: 2,
    says: /not a folder/i,
  },
  { what: 'a folder of an unknown kind', files: { 'notes.txt': 'hi' }, code: 1, says: /package\.json/ },
  {
    what: 'a name that is no DNS label',
    files: { 'index.html': '<p>' },
    args: ['--name', 'My_Shop!'],
    code: 2,
    says: /--name/,
  },
  {
    what: 'a package.json that does not parse',
    files: { 'package.json': '{\n  "name": "shop",,\n}' },
    code: 1,
    says: /package\.json.*(line |:)2/s,
  },
  { what: 'no start command', files: { 'package.json': manifest({}) }, code: 1, says: /start/ },
  {
    what: 'a lockfile that disagrees',
    files: {
      'package.json': manifest({ scripts: { start: 'node a.js' }, dependencies: { ms: '2.1.3' } }),
      'a.js': '',
      'package-lock.json': JSON.stringify({
        name: 'shop',
        version: '1.0.0',
        lockfileVersion: 3,
        requires: true,
        packages: { '': { name: 'shop', version: '1.0.0' } },
      }),
    },
    code: 1,
    says: /package-lock\.json/,
  },
  {
    what: 'a huge folder',
    files: { 'index.html': '<p>' },
    prepare: async (folder) => {
      const file = await open(join(folder, 'huge.bin'), 'w')
      await file.truncate(3 * 2 ** 30)
      await file.close()
    },
    code: 1,
    says: /(huge\.bin|GiB|GB|too (big|large)|\.naruignore)/,
  },
]

describe('bad input', () => {
  let naru: Installation
  beforeAll(async () => {
    naru = await openInstallation()
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  it.each(cases)(
    '$what: one paragraph, exit $code, nothing half done',
    async ({ files = {}, prepare, args = [], code, says }) => {
      const folder = await mkdtemp(join(naru.root, 'bad-'))
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
      await prepare?.(folder)
      const result = await naru.naru('deploy', folder, ...args)
      expect(result.stderr).toMatch(says)
      expect(result.stderr).not.toMatch(/\n {4}at /)
      expect(result.code).toBe(code)
      const apps = await naru.kubectlResult(['get', 'apps', '-A', '-o', 'name'])
      expect(apps.stdout).toBe('')
    },
  )

  it('an unreadable folder', async () => {
    const user = await openInstallation({ user: nobody })
    try {
      await chmod(user.root, 0o755)
      const folder = join(user.root, 'locked')
      await mkdir(folder)
      await chmod(folder, 0o700)
      const result = await user.naru('deploy', folder)
      expect(result.stderr).toMatch(/(permission|cannot be read|not readable)/i)
      expect([1, 2]).toContain(result.code)
    } finally {
      await user[Symbol.asyncDispose]()
    }
  })

  it.each([
    [['fly'], /unknown command.*fly/i],
    [['deploy', '--wings'], /unknown option.*--wings/i],
    [['statsu'], /status/],
    [['open'], /open/],
  ])('naru %j is bad use', async (args, says) => {
    const result = await naru.naru(...args)
    expect(result.stderr).toMatch(says)
    expect(result.code).toBe(2)
  })

  it('an app nobody knows', async () => {
    const result = await naru.naru('logs', 'ghost')
    expect(result.stderr).toMatch(/ghost/)
    expect(result.code).toBe(1)
  })
})

describe('a machine that is in the way', () => {
  it('a taken gateway port is named, with what to do, and the engine does not stay half started', async () => {
    const server = createServer().listen(0, '0.0.0.0')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const naru = await openInstallation()
    try {
      const result = await naru.naru('up', '--port', String(port))
      expect(result.code).toBe(1)
      expect(result.stderr).toContain(String(port))
      expect(result.stderr).toMatch(/--port/)
      expect((await naru.naru('status')).stdout).toMatch(/not running|down|stopped/i)
    } finally {
      server.close()
      await naru[Symbol.asyncDispose]()
    }
  })

  it('containerd asked for where there is none', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'naru-path-'))
    for (const name of ['node', 'sh', 'env', 'uname', 'ip', 'nft', 'tar', 'dpkg-deb', 'apt-get']) {
      const found = (await runCommand('sh', ['-c', `command -v ${name}`])).stdout.trim()
      if (found !== '') await mustRun('ln', ['-s', found, join(empty, name)])
    }
    const naru = await openInstallation({ env: { PATH: empty } })
    try {
      const result = await naru.naru('up', '--runtime', 'containerd')
      expect(result.code).toBe(1)
      expect(result.stderr).toMatch(/containerd/)
      expect(result.stderr).toMatch(/doctor --fix/)
    } finally {
      await naru[Symbol.asyncDispose]()
      await rm(empty, { recursive: true })
    }
  })

  it('a full disk fails the deploy in one paragraph and what ran before goes on', async () => {
    const mountPoint = await mkdtemp(join(tmpdir(), 'naru-full-'))
    await mustRun('mount', ['-t', 'tmpfs', '-o', 'size=900m', 'tmpfs', mountPoint])
    const naru = await openInstallation({ parent: mountPoint })
    try {
      const folder = await naru.copyOf('examples/hello', 'hello')
      const url = await naru.deploy(folder)
      await runCommand('fallocate', ['-l', '899m', join(mountPoint, 'ballast')])
      await runCommand('dd', ['if=/dev/zero', `of=${join(mountPoint, 'ballast2')}`, 'bs=64k'])
      const result = await naru.naru('deploy', folder, '--name', 'other')
      expect(result.code).toBe(1)
      expect(result.stderr).toMatch(/(disk|space)/i)
      expect(result.stderr).not.toMatch(/\n {4}at /)
      expect(await mustRun('curl', ['-sS', '--fail', url])).toMatch(/hello/i)
      await rm(join(mountPoint, 'ballast'), { force: true })
      await rm(join(mountPoint, 'ballast2'), { force: true })
      expect((await naru.naru('deploy', folder, '--name', 'other')).code).toBe(0)
    } finally {
      await rm(join(mountPoint, 'ballast'), { force: true })
      await rm(join(mountPoint, 'ballast2'), { force: true })
      await naru[Symbol.asyncDispose]()
      await mustRun('umount', [mountPoint])
      await rm(mountPoint, { recursive: true })
    }
  })
})
