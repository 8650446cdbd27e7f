import { expect, it } from 'vitest'
import type { PackageManagerName } from '../detect/plan.ts'
import { foreignCode } from './foreign-code.ts'

const LOCKFILES = { npm: 'package-lock.json', pnpm: 'pnpm-lock.yaml', yarn: 'yarn.lock' }

const found = (name: PackageManagerName, files: Readonly<Record<string, string>>, lockfile = '') =>
  foreignCode({
    manager: { name, version: '10', lockfile: LOCKFILES[name] },
    source: { has: (path) => path in files, readText: async (path) => files[path] },
    lockfile,
  })

it.each<[PackageManagerName, Record<string, string>, string, string | undefined]>([
  ['npm', { '.pnpmfile.cjs': '' }, '"resolved": "https://registry.example/digit/-/digit-1.0.0.tgz"', undefined],
  ['npm', {}, '"resolved": "git+ssh://git@github.com/a/b.git#0123"', 'the git repository in package-lock.json'],
  ['npm', {}, '"resolved": "git://example.com/a.git#0123"', 'the git repository in package-lock.json'],
  ['pnpm', {}, 'resolution: {integrity: sha512-x}', undefined],
  ['pnpm', {}, 'resolution: {commit: 0123, repo: https://example.com/a, type: git}', expect.stringContaining('git')],
  ['pnpm', { '.pnpmfile.cjs': '' }, '', '.pnpmfile.cjs'],
  ['yarn', {}, 'resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#0123"', undefined],
  ['yarn', {}, 'resolution: "a@https://example.com/a.git#commit=0123"', expect.stringContaining('git')],
  [
    'yarn',
    { '.yarnrc.yml': '# own\nnodeLinker: node-modules\n\nyarnPath: .yarn/releases/yarn-4.9.1.cjs\n' },
    '',
    undefined,
  ],
])('%s with %j and a lockfile with %s', async (name, files, lockfile, expected) => {
  expect(await found(name, files, lockfile)).toEqual(expected)
})

it.each([
  'plugins:\n  - path: .yarn/plugins/a.cjs',
  'plugins: [./a.cjs]',
  '"plugins": [./a.cjs]',
  '"\\x70lugins": [./a.cjs]',
  '? plugins\n: [./a.cjs]',
  '{plugins: [./a.cjs]}',
  'other: &a [./a.cjs]',
  '<<: *a',
  'plugins: ./a.cjs',
])('Yarn`s settings that may name plugins: %j', async (rules) => {
  expect(await found('yarn', { '.yarnrc.yml': rules })).toBe('.yarnrc.yml')
})
