import { describe, expect, it } from 'vitest'
import { useSourceFolder } from '../../../test/harness/source-folder.ts'
import { goVersion } from './go/recognise.ts'
import { mergeIni } from './python/pip-settings.ts'
import { projectDependencies } from './python/requirements.ts'

const folder = useSourceFolder()
const detectIn = folder.detect

const shell = (command: string) => ['/bin/sh', '-c', `exec ${command}`]
const uvicorn = (app: string) => shell(`uvicorn ${app} --host 0.0.0.0 --port $PORT`)
const gunicorn = (app: string) => shell(`gunicorn ${app} --bind 0.0.0.0:$PORT`)
const flask = 'from flask import Flask\nserver = Flask(__name__)\n'
const main = 'package main\n\nfunc main() {}\n'

describe('what a folder is', () => {
  it.each<[string, Record<string, string>, object]>([
    [
      'FastAPI without a server',
      { 'requirements.txt': 'FastAPI>=0.1 # web\n', 'main.py': 'app: FastAPI = FastAPI(title="x")\n' },
      {
        kind: 'python',
        start: { command: uvicorn('main:app'), from: 'main:app' },
        language: { plan: { added: ['uvicorn'], requirements: { file: 'requirements.txt' } } },
      },
    ],
    [
      'FastAPI with all of it, in a package',
      { 'requirements.txt': 'fastapi[standard]==0.115.6', 'app/main.py': 'api = fastapi.FastAPI()\n' },
      { start: { command: uvicorn('app.main:api') }, language: { plan: { added: [] } } },
    ],
    [
      'Flask in pyproject.toml',
      { 'pyproject.toml': '[project]\ndependencies = [\n  "Flask~=3.0", # web\n  \'gunicorn\',\n]\n', 'app.py': flask },
      {
        start: { command: gunicorn('app:server') },
        language: { plan: { added: [], requirements: { file: 'pyproject.toml', lines: ['Flask~=3.0', 'gunicorn'] } } },
      },
    ],
    [
      'Django',
      { 'requirements.txt': 'django', 'manage.py': '', 'shop/wsgi.py': '' },
      { start: { command: gunicorn('shop.wsgi:application') }, language: { plan: { added: ['gunicorn'] } } },
    ],
    [
      'a plain Python program',
      { 'server.py': '' },
      {
        kind: 'python',
        start: { command: ['python3', 'server.py'] },
        language: { plan: { requirements: undefined, added: [] } },
      },
    ],
    [
      'a Python worker by its Procfile',
      { 'requirements.txt': 'celery', Procfile: 'worker: celery -A tasks worker', 'tasks.py': '' },
      {
        kind: 'python',
        start: { command: shell('celery -A tasks worker'), from: 'Procfile' },
        processes: [{ name: 'worker', command: shell('celery -A tasks worker') }],
      },
    ],
    [
      'Python beside tools of Node.js',
      { 'requirements.txt': '', 'app.py': '', 'package.json': '{"devDependencies":{"a":"1"}}' },
      { kind: 'python', packageManager: undefined },
    ],
    [
      'Node.js beside scripts of Python',
      { 'requirements.txt': '', 'app.py': '', 'package.json': '{"scripts":{"start":"node x.js"}}' },
      { kind: 'node', language: undefined },
    ],
    [
      'a Go program',
      { 'go.mod': 'module example.com/team/shop/v2\n\ngo 1.22\n', 'main.go': main, 'lib/lib.go': 'package lib\n' },
      {
        kind: 'go',
        start: { command: ['/app/bin/shop'] },
        language: { plan: { version: '1.26.8', programs: { shop: '.' } } },
      },
    ],
    [
      'Go programs in cmd/',
      { 'go.mod': 'module x', 'cmd/migrate/main.go': main, 'cmd/server/main.go': main, 'cmd/server/x_test.go': main },
      {
        start: { command: ['/app/bin/server'] },
        language: { plan: { programs: { migrate: 'cmd/migrate', server: 'cmd/server' } } },
      },
    ],
    [
      'a PHP app with a front controller',
      { 'composer.json': '{"require":{"ext-intl":"*"}}', 'public/index.php': '', 'index.php': '' },
      {
        kind: 'php',
        start: { command: ['/usr/local/bin/naru-php', 'public'], from: 'public/index.php' },
        language: { plan: { extensions: { packages: ['php-intl'] }, composer: { hasLock: false, vendor: 'vendor' } } },
      },
    ],
    [
      'PHP pages, beside the tools that make their styles',
      { 'index.php': '', 'about.php': '', 'package.json': '{"scripts":{"build":"sass"}}' },
      {
        kind: 'php',
        start: { command: ['/usr/local/bin/naru-php', '.'], from: 'index.php' },
        language: { plan: { extensions: { packages: expect.arrayContaining(['php-mysql']) }, composer: undefined } },
      },
    ],
    [
      'a PHP app that brings its packages',
      { 'index.php': '', 'composer.json': '{"require":{"a/b":"*"}}', 'vendor/autoload.php': '' },
      { kind: 'php', language: { plan: { composer: undefined } } },
    ],
    [
      'a PHP worker by its Procfile',
      { 'composer.json': '{}', 'worker.php': '', Procfile: 'worker: php worker.php' },
      { kind: 'php', processes: [{ name: 'worker', command: shell('php worker.php') }] },
    ],
  ])('%s', async (_name, files, plan) => {
    expect(await detectIn(files)).toMatchObject(plan)
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['Python that does not say how it starts', { 'requirements.txt': 'requests' }, /Procfile/],
    ['a PHP library', { 'composer.json': '{}', 'src/a.php': '' }, /index\.php/],
    ['a Go library', { 'go.mod': 'module x', 'x.go': 'package x\n' }, /package main/],
    [
      'Go programs of which none serves',
      { 'go.mod': 'module x', 'cmd/a/a.go': main, 'cmd/b/b.go': main },
      /web: bin\/a/,
    ],
  ])('asks how %s is started', async (_name, files, hint) => {
    await expect(detectIn(files)).rejects.toMatchObject({
      reason: 'StartCommandMissing',
      hint: expect.stringMatching(hint),
    })
  })
})

it('does without an extension of PHP that a package has in its place', async () => {
  const files = {
    'index.php': '',
    'composer.json': { require: { 'ext-uuid': '*' } },
    'composer.lock': { packages: [{ name: 'symfony/polyfill-uuid', provide: { 'ext-uuid': '*' } }] },
  }
  expect(await detectIn(files)).toMatchObject({ kind: 'php' })
})

it('names the extension of PHP that cannot be had', async () => {
  await expect(detectIn({ 'index.php': '', 'composer.json': '{"require":{"ext-swoole":"*"}}' })).rejects.toMatchObject({
    reason: 'ComposerJsonInvalid',
    message: expect.stringMatching(/ext-swoole/),
  })
})

it.each([
  ['module x', '1.26.8'],
  ['go 1.19', '1.26.8'],
  ['go 1.30 // new', '1.30.0'],
  ['go 1.26.9', '1.26.9'],
  ['go 1.26\n\ntoolchain go1.27.1', '1.27.1'],
])('goVersion(%j) is %s', (text, version) => expect(goVersion(text)).toBe(version))

it('projectDependencies reads the list of the table project and no other', () => {
  const toml = `[build-system]\ndependencies = ["no"]\n[project]\nname = "x"\ndependencies = [ "a[b]>=1; python_version > '3'", 'c' ]\n[tool.x]\ndependencies = ["no"]\n`
  expect(projectDependencies(toml)).toEqual([`a[b]>=1; python_version > '3'`, 'c'])
  expect(projectDependencies('[project]\nname = "x"\n')).toEqual([])
})

it('mergeIni puts the sections of several files together, the later setting counting', () => {
  expect(
    mergeIni([
      '[global]\nindex-url = https://a\ncert = /x\n',
      '# mine\n[global]\nindex-url = https://b\n[install]\nno-deps = 0\n',
    ]),
  ).toBe('[global]\nindex-url = https://b\ncert = /x\n[install]\nno-deps = 0\n')
})
