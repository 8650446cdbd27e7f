import { describe, expect, it } from 'vitest'
import { useSourceFolder } from '../../../test/harness/source-folder.ts'

const folder = useSourceFolder()
const detectIn = folder.detect

const node = '/usr/local/bin/node'
const locked = { 'package-lock.json': '{}' }

describe('what a folder is', () => {
  it.each<[string, Record<string, string | object>, object]>([
    [
      'a start script',
      { 'package.json': { scripts: { start: 'node app.js' } } },
      { kind: 'node', start: { command: [node, 'app.js'], from: 'scripts.start' } },
    ],
    [
      'main',
      { 'package.json': { main: './lib/x.js' }, 'lib/x.js': '' },
      { kind: 'node', start: { command: [node, 'lib/x.js'] } },
    ],
    [
      'main that is not there',
      { 'package.json': { main: 'index.js' }, 'server.js': '' },
      { start: { command: [node, 'server.js'], from: 'server.js' } },
    ],
    [
      'server.js without package.json',
      { 'server.js': '', 'index.js': '' },
      { kind: 'node', runtime: 'node', start: { command: [node, 'server.js'] } },
    ],
    [
      'a Procfile before scripts.start',
      { Procfile: 'web: node web.js\nworker: node w.js', 'package.json': { scripts: { start: 'x' } } },
      {
        kind: 'node',
        start: { command: [node, 'web.js'], from: 'Procfile' },
        processes: [
          { name: 'web', command: [node, 'web.js'] },
          { name: 'worker', command: [node, 'w.js'] },
        ],
        releaseCommand: undefined,
      },
    ],
    [
      'a Procfile of workers',
      { Procfile: 'release: node migrate.js\nworker: node w.js', 'package.json': { scripts: { start: 'x' } } },
      {
        start: { command: [node, 'w.js'], from: 'Procfile' },
        processes: [{ name: 'worker', command: [node, 'w.js'] }],
        releaseCommand: [node, 'migrate.js'],
      },
    ],
    [
      'a Procfile with nothing but a release step',
      { Procfile: 'release: ./migrate', 'package.json': { scripts: { start: 'node x.js' } } },
      {
        start: { command: [node, 'x.js'], from: 'scripts.start' },
        processes: undefined,
        releaseCommand: ['/bin/sh', '-c', 'exec ./migrate'],
      },
    ],
    [
      'a Procfile without Node.js',
      { Procfile: 'web: ./run --port $PORT', run: '' },
      { kind: 'static', runtime: 'caddy', start: { command: ['/bin/sh', '-c', 'exec ./run --port $PORT'] } },
    ],
    [
      'index.html',
      { 'index.html': '' },
      { kind: 'static', runtime: 'caddy', siteFolder: '.', start: undefined, node: undefined },
    ],
    ['public/index.html', { 'public/index.html': '' }, { kind: 'static', siteFolder: 'public' }],
    ['dist before public', { 'public/index.html': '', 'dist/index.html': '' }, { siteFolder: 'dist' }],
    [
      'index.html with a package.json for tools',
      { 'index.html': '', 'package.json': { scripts: { format: 'x' }, devDependencies: { x: '1' } } },
      { kind: 'static', siteFolder: '.', packageManager: undefined },
    ],
    [
      'a build script',
      { 'package.json': { scripts: { build: 'vite build' } }, 'index.html': '' },
      { kind: 'static', siteFolder: undefined, buildScript: 'vite build', node: { range: '24.x', from: 'default' } },
    ],
    [
      'a build script beside a development server',
      { 'package.json': { scripts: { build: 'vite build', start: 'vite' } } },
      { kind: 'static', buildScript: 'vite build' },
    ],
    [
      'a build script and an index.js',
      { 'package.json': { main: 'index.js', scripts: { build: 'b' } }, 'index.js': '', 'index.html': '' },
      { kind: 'static' },
    ],
    [
      'a build script and a start script',
      { 'package.json': { scripts: { build: 'tsc', start: 'node dist/x.js' } } },
      { kind: 'node', buildScript: 'tsc', start: { command: [node, 'dist/x.js'] } },
    ],
    [
      'dependencies',
      { 'package.json': { dependencies: { a: '1' } }, ...locked, 'server.js': '' },
      { packageManager: { name: 'npm', version: 'npm', lockfile: 'package-lock.json' }, hasRuntimeDependencies: true },
    ],
    [
      'development dependencies alone',
      { 'package.json': { devDependencies: { a: '1' } }, ...locked, 'server.js': '' },
      { hasRuntimeDependencies: false },
    ],
    [
      'no dependencies and no lockfile',
      { 'package.json': {}, 'server.js': '' },
      { packageManager: undefined, hasRuntimeDependencies: false },
    ],
    [
      'pnpm',
      { 'package.json': { dependencies: { a: '1' } }, 'pnpm-lock.yaml': "lockfileVersion: '6.0'", 'server.js': '' },
      { packageManager: { name: 'pnpm', version: '8' } },
    ],
    [
      'yarn classic',
      { 'package.json': { dependencies: { a: '1' } }, 'yarn.lock': '# yarn lockfile v1', 'server.js': '' },
      { packageManager: { name: 'yarn', version: '1' } },
    ],
    [
      'yarn of today',
      { 'package.json': { dependencies: { a: '1' } }, 'yarn.lock': '__metadata:\n  version: 8', 'server.js': '' },
      { packageManager: { name: 'yarn', version: '4' } },
    ],
    [
      'the field packageManager among lockfiles',
      {
        'package.json': { dependencies: { a: '1' }, packageManager: 'pnpm@9.1.0+sha512.abc' },
        ...locked,
        'pnpm-lock.yaml': '',
        'server.js': '',
      },
      { packageManager: { name: 'pnpm', version: '9.1.0' } },
    ],
    [
      'engines',
      { 'package.json': { engines: { node: '>=20 <23' } }, 'server.js': '' },
      { node: { range: '>=20 <23', from: 'engines.node' } },
    ],
    ['.nvmrc', { '.nvmrc': 'v22.3\n', 'server.js': '' }, { node: { range: '22.3', from: '.nvmrc' } }],
    ['.nvmrc with a name', { '.nvmrc': 'lts/*', 'server.js': '' }, { node: { range: '24.x' } }],
    ['a byte order mark', { 'package.json': '\uFEFF{"scripts":{"start":"node x"}}' }, { kind: 'node' }],
  ])('%s', async (_name, files, expected) => {
    expect(await detectIn(files)).toMatchObject(expected)
  })
})

describe('what is wrong with a folder', () => {
  it.each<[string, Record<string, string | object>, string, RegExp]>([
    [
      'no known kind',
      { 'main.rb': '', 'lib/a.py': '' },
      'UnknownKind',
      /of no kind that Naru recognises \(it has lib\/, main\.rb\)/,
    ],
    [
      'no start command',
      { 'package.json': { name: 'x' } },
      'StartCommandMissing',
      /package\.json \(x\) does not say how to start/,
    ],
    [
      'package.json with a comma too many',
      { 'package.json': '{\n  "name": "x",\n}' },
      'PackageJsonInvalid',
      /line 3, column 1/,
    ],
    [
      'package.json that is cut short',
      { 'package.json': '{\n  "name": "x"' },
      'PackageJsonInvalid',
      /line 2, column \d+/,
    ],
    [
      'package.json with a bare word',
      { 'package.json': '{ "name": hello }' },
      'PackageJsonInvalid',
      /line 1, column 11/,
    ],
    ['an empty package.json', { 'package.json': '' }, 'PackageJsonInvalid', /line 1, column 1/],
    ['package.json that is a list', { 'package.json': '[]' }, 'PackageJsonInvalid', /must be an object/],
    [
      'scripts that are no strings',
      { 'package.json': { scripts: { start: 1 } } },
      'PackageJsonInvalid',
      /scripts\.start/,
    ],
    [
      'dependencies without a lockfile',
      { 'package.json': { dependencies: { a: '1' } }, 'server.js': '' },
      'LockfileMissing',
      /no lockfile/,
    ],
    [
      'the lockfile of another',
      { 'package.json': { dependencies: { a: '1' }, packageManager: 'pnpm@9.0.0' }, ...locked, 'server.js': '' },
      'LockfileMissing',
      /the lockfile is package-lock\.json/,
    ],
    [
      'two lockfiles',
      { 'package.json': { dependencies: { a: '1' } }, ...locked, 'yarn.lock': '', 'server.js': '' },
      'LockfileAmbiguous',
      /package-lock\.json and yarn\.lock/,
    ],
    [
      'an unknown package manager',
      { 'package.json': { dependencies: { a: '1' }, packageManager: 'bun@1.0.0' }, 'server.js': '' },
      'PackageManagerUnsupported',
      /bun@1\.0\.0/,
    ],
    [
      'a range that is none',
      { 'package.json': { engines: { node: 'newest' } }, 'server.js': '' },
      'EnginesUnsupported',
      /"newest"/,
    ],
    ['a Procfile without a process', { Procfile: '# none' }, 'ProcfileInvalid', /names no process/],
    ['a Procfile with a name twice', { Procfile: 'web: x\nweb: y' }, 'ProcfileInvalid', /Procfile:2.*twice/],
    ['a Procfile with a bad name', { Procfile: 'Web_1: x' }, 'ProcfileInvalid', /"Web_1" cannot name a process/],
    ['a Procfile with rubbish', { Procfile: 'web: x\nrubbish here' }, 'ProcfileInvalid', /Procfile:2/],
  ])('%s', async (_name, files, reason, message) => {
    const error = await detectIn(files).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      name: 'BuildError',
      reason,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/.{10}/),
    })
  })
})
