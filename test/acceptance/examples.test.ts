import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { join } from 'node:path'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

/** Toolchains and dependencies are downloaded. */
vi.setConfig({ testTimeout: 300_000 })

let naru: Installation
beforeAll(async () => {
  naru = await openInstallation()
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

it.each([
  ['hello', /hello/i],
  ['static', /<!doctype html>/i],
  ['express', /"hello":"world"/],
  ['python', /"hello":"world"/],
  ['go', /"hello":"world"/],
  ['java', /"hello":"world"/],
  ['php', /"hello":"world"/],
])('deploys examples/%s', { tags: ['long'] }, async (name, expected) => {
  const url = await naru.deploy(await naru.copyOf(`examples/${name}`, name))
  expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '20', url])).toMatch(expected)
})

/** Each template's own test, as its README says to run it, and what shows that its app does what it says. */
const TEMPLATES: Record<
  string,
  { test: string; answers: Record<string, RegExp>; works?: (name: string, url: string) => Promise<unknown> }
> = {
  'go-http': { test: 'go test ./...', answers: { '/healthz': /"ok":true/ } },
  'java-tomcat': {
    test: 'mvn --batch-mode --quiet verify',
    answers: { '/healthz': /"ok":true/, '/?name=Naru': /Hello, Naru!/ },
  },
  'node-postgres': { test: 'npm ci --silent && npm test', answers: { '/healthz': /"ok":true/, '/': /^\[\]$/m } },
  'node-web': { test: 'npm test', answers: { '/healthz': /^ok$/m } },
  'node-worker': { test: 'npm test', answers: { '/healthz': /^ok$/m } },
  'php-mariadb': {
    test: 'composer install --quiet && phpunit',
    answers: { '/healthz': /"ok":true/, '/': /^\[\]$/m },
  },
  'python-fastapi-postgres': {
    test: 'python3 -m venv .venv && .venv/bin/pip install --quiet --requirement requirements-dev.txt && .venv/bin/pytest',
    answers: { '/healthz': /"ok":true/, '/': /^\[\]$/m },
  },
  'worker-rabbitmq': {
    test: 'npm ci --silent && npm test',
    answers: { '/healthz': /"ok":true/, '/': /"waiting":0,"workers":\d,"failed":0/ },
    async works(name, url) {
      await mustRun('curl', ['-sS', '--fail', '--max-time', '20', '--data', 'count these words', url])
      await eventually('the worker has done the job', async () => /3 words/.test(await naru.mustNaru('logs', name)))
    },
  },
  static: { test: 'npm test', answers: { '/': /It is up\./ } },
}

it.each(Object.entries(TEMPLATES))(
  'naru init lays down %s, whose test passes and which is deployed and deleted',
  async (name, { test, answers, works }) => {
    const folder = join(naru.root, 'projects', name)
    await naru.mustNaru('init', folder, '--template', name)
    await mustRun('sh', ['-ec', test], { cwd: folder })
    const url = await naru.deploy(folder, '--name', name)
    for (const [path, expected] of Object.entries(answers))
      expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '20', `${url}${path}`])).toMatch(expected)
    // What is no path of the app's, nor of a URL, is refused and ends nothing.
    const target = ['-sS', '--path-as-is', '--output', '/dev/null', '--write-out', '%{http_code}', `${url}//`]
    expect(await mustRun('curl', [...target, '--max-time', '20'])).toMatch(/^[234]/)
    await works?.(name, url)
    await naru.mustNaru('delete', name, '--yes')
    expect(await naru.kubectl('get', 'pods', '--selector', `apps.naru.dev/app=${name}`, '--output', 'name')).toBe('')
  },
)

it('has a case for each template', async () => {
  const { templates } = JSON.parse(await naru.mustNaru('init', '--json')) as { templates: string[] }
  expect(templates).toEqual(Object.keys(TEMPLATES).toSorted())
})
