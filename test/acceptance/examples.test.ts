import { afterAll, beforeAll, expect, it } from 'vitest'
import { join } from 'node:path'
import { mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

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
])('deploys examples/%s', async (name, expected) => {
  const url = await naru.deploy(await naru.copyOf(`examples/${name}`, name))
  expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '20', url])).toMatch(expected)
})

/** What shows that a template does what it says, beside its own tests. */
const TEMPLATES: Record<string, { path: string; expected: RegExp }> = {
  'node-postgres': { path: '/healthz', expected: /"ok":true/ },
  'node-web': { path: '/healthz', expected: /^ok$/m },
  'node-worker': { path: '/healthz', expected: /^ok$/m },
  static: { path: '/', expected: /It is up\./ },
}

it.each(Object.entries(TEMPLATES))('naru init lays down %s, which is deployed and deleted', async (name, wished) => {
  const folder = join(naru.root, 'projects', name)
  await naru.mustNaru('init', folder, '--template', name)
  const url = await naru.deploy(folder, '--name', name)
  expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '20', `${url}${wished.path}`])).toMatch(wished.expected)
  await naru.mustNaru('delete', name, '--yes')
})

it('has a case for each template', async () => {
  const { templates } = JSON.parse(await naru.mustNaru('init', '--json')) as { templates: string[] }
  expect(templates).toEqual(Object.keys(TEMPLATES).toSorted())
})
