import { describe, expect, it } from 'vitest'
import { useSourceFolder } from '../../../../test/harness/source-folder.ts'
import { readComposerProject } from './composer-json.ts'

const folder = useSourceFolder()

const project = async (manifest: string | object, lock?: object) =>
  readComposerProject(
    await folder.write({ 'composer.json': manifest, ...(lock === undefined ? {} : { 'composer.lock': lock }) }),
  )

describe('composer.json', () => {
  it('and the locked packages say which extensions are needed', async () => {
    const packages = [{ name: 'a/b', require: { 'ext-curl': '*', php: '>=8' }, provide: { 'ext-uuid': '*' } }]
    const lock = { packages, 'packages-dev': [{ require: { 'ext-xdebug': '*' } }] }
    expect(await project({ require: { 'ext-PDO_mysql': '*', 'a/b': '^1' } }, lock)).toEqual({
      hasLock: true,
      extensions: ['curl', 'pdo_mysql'],
      provided: ['uuid'],
      vendor: 'vendor',
      bin: 'vendor/bin',
      needsSource: false,
      notRun: [],
    })
  })
  it.each<[string, object, boolean]>([
    ['class map', { autoload: { classmap: ['lib/'] } }, true],
    ['namespace', { autoload: { 'psr-4': { 'App\\': 'src/' } } }, false],
    ['class map of everything', { config: { 'classmap-authoritative': true } }, true],
    ['class map of what there is', { config: { 'optimize-autoloader': true } }, true],
    ['package in its folder', { repositories: [{ type: 'path', url: 'packages/*' }] }, true],
    ['archive in its folder', { repositories: { own: { type: 'artifact', url: 'archives' } } }, true],
    ['repository on its disk', { repositories: [{ type: 'composer', url: './mirror' }] }, true],
    ['repository elsewhere', { repositories: [{ type: 'composer', url: 'https://example.com' }] }, false],
  ])('with a %s is installed with the source at hand: %j', async (_what, manifest, expected) => {
    expect((await project(manifest))?.needsSource).toBe(expected)
  })
  it('says where packages and their programs go', async () => {
    const of = async (config: object) => {
      const { vendor, bin } = (await project({ config })) ?? {}
      return [vendor, bin]
    }
    expect(await of({ 'vendor-dir': 'lib/' })).toEqual(['lib', 'lib/bin'])
    expect(await of({ 'vendor-dir': 'lib', 'bin-dir': '{$vendor-dir}/programs' })).toEqual(['lib', 'lib/programs'])
    expect(await of({ 'bin-dir': 'bin' })).toEqual(['vendor', 'bin'])
  })
  it('says what of it is not run', async () => {
    const manifest = {
      scripts: { test: 'phpunit', 'post-autoload-dump': ['@php artisan package:discover'] },
      config: { 'allow-plugins': { 'a/b': true } },
    }
    expect((await project(manifest))?.notRun).toEqual(['scripts', 'plugins'])
    expect((await project({ config: { 'allow-plugins': true } }))?.notRun).toEqual(['plugins'])
    expect((await project({ scripts: { test: 'phpunit' } }))?.notRun).toEqual([])
  })
  it.each([
    ['{', /not valid JSON/],
    ['[]', /must be an object/],
    ['{"config":{"vendor-dir":"../lib"}}', /vendor-dir/],
    ['{"config":{"bin-dir":"/root/.cache"}}', /bin-dir/],
  ])('that is wrong is refused: %s', async (text, message) => {
    await expect(project(text)).rejects.toMatchObject({
      reason: 'ComposerJsonInvalid',
      message: expect.stringMatching(message),
    })
  })
})
