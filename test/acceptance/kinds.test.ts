import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

const server = (body: string) =>
  `const http = require('node:http')\nhttp.createServer((q, s) => s.end(${body})).listen(process.env.PORT)\n`
const manifest = (name: string, fields: object) => JSON.stringify({ name, version: '1.0.0', ...fields }, null, 2)
const usesMs = { scripts: { start: 'node server.js' }, dependencies: { ms: '2.1.3' } }
const msServer = server("String(require('ms')('2 days'))")

interface Kind {
  what: string
  name: string
  files: Record<string, string>
  /** Makes the lockfile, with the ordinary client. */
  lock?: string[]
  expected: RegExp
}

const kinds: Kind[] = [
  {
    what: 'Node.js with a pnpm lockfile',
    name: 'with-pnpm',
    files: { 'package.json': manifest('with-pnpm', usesMs), 'server.js': msServer },
    lock: ['npx', '--yes', 'pnpm@10', 'install', '--lockfile-only'],
    expected: /^172800000$/,
  },
  {
    what: 'Node.js with a yarn lockfile',
    name: 'with-yarn',
    files: { 'package.json': manifest('with-yarn', usesMs), 'server.js': msServer },
    lock: ['npx', '--yes', 'yarn@1', 'install', '--ignore-scripts', '--silent'],
    expected: /^172800000$/,
  },
  {
    what: 'another Node.js, as engines asks',
    name: 'other-node',
    files: {
      'package.json': manifest('other-node', { engines: { node: '^22' }, scripts: { start: 'node server.js' } }),
      'server.js': server('process.version'),
    },
    expected: /^v22\./,
  },
  {
    what: 'a build script before the start',
    name: 'built',
    files: {
      'package.json': manifest('built', { scripts: { build: 'node build.js', start: 'node out/server.js' } }),
      'build.js': `require('fs').mkdirSync('out');require('fs').writeFileSync('out/server.js', ${JSON.stringify(server("'made by the build'"))})`,
    },
    expected: /^made by the build$/,
  },
  {
    what: 'a Procfile that says what runs',
    name: 'proc',
    files: {
      Procfile: 'web: GREETING=hi node lib/main.js\n',
      'package.json': manifest('proc', {}),
      'lib/main.js': server('process.env.GREETING'),
    },
    expected: /^hi$/,
  },
  {
    what: 'a static site that has to be built',
    name: 'site',
    files: {
      'package.json': manifest('site', { scripts: { build: 'node make.js' } }),
      'make.js': `require('fs').mkdirSync('dist');require('fs').writeFileSync('dist/index.html', '<h1>made</h1>')`,
    },
    expected: /^<h1>made<\/h1>$/,
  },
]

describe('what can be deployed', () => {
  let naru: Installation
  beforeAll(async () => {
    naru = await openInstallation()
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  it.each(kinds)('$what', async ({ name, files, lock, expected }) => {
    const folder = join(naru.root, 'src', name)
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    if (lock !== undefined) {
      await mustRun(lock[0] ?? '', lock.slice(1), { cwd: folder })
      await rm(join(folder, 'node_modules'), { recursive: true, force: true })
    }
    const url = await naru.deploy(folder)
    expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '20', url])).toMatch(expected)
  })

  it('naru kubeconfig, open, apps, status and completion say what other programs can use', async () => {
    const kubeconfig = join(naru.root, 'printed')
    await writeFile(kubeconfig, await naru.mustNaru('kubeconfig'))
    expect(await mustRun('kubectl', ['--kubeconfig', kubeconfig, 'get', 'namespaces', '-o', 'name'])).toContain(
      'namespace/default',
    )
    expect((await naru.mustNaru('open', 'site')).trim()).toMatch(/^http:\/\/site\.localhost/)
    const apps = JSON.parse(await naru.mustNaru('apps', '--json')) as { name: string }[]
    expect(apps.map((app) => app.name)).toContain('site')
    expect(JSON.parse(await naru.mustNaru('status', '--json'))).toMatchObject({
      runtime: 'containerd',
      isolation: 'containers',
    })
    await mustRun('bash', ['-n'], { input: await naru.mustNaru('completion', 'bash') })
  })

  it('speaks Korean where the locale does', async () => {
    const korean = await openInstallation({ env: { LANG: 'ko_KR.UTF-8' } })
    try {
      const result = await korean.naru('deploy', '/nowhere')
      expect(result.code).toBe(2)
      expect(result.stderr).toMatch(/[가-힣]/)
      expect((await korean.naru('status')).stdout).toMatch(/[가-힣]/)
    } finally {
      await korean[Symbol.asyncDispose]()
    }
  })
})
