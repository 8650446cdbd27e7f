import { afterAll, beforeAll, expect, it } from 'vitest'
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
])('deploys examples/%s', async (name, expected) => {
  const url = await naru.deploy(await naru.copyOf(`examples/${name}`, name))
  expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '20', url])).toMatch(expected)
})
