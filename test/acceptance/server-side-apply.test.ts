import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Installation, openInstallation } from './harness/installation.ts'

let naru: Installation
beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
  await naru.mustNaru('up')
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

const configMap = (data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data })
/** kubectl with the manifest on its stdin. */
const run = (manifest: string, ...args: string[]) => naru.kubectlResult([...args, '-f', '-'], { input: manifest })
const applyIt = (data: Record<string, string>, ...args: string[]) =>
  run(configMap(data), 'apply', '--server-side', ...args)

interface Entry {
  manager: string
  operation: string
}
const owners = async () => {
  const map = await naru.kubectlJson<{ metadata: { managedFields: Entry[] } }>(
    'get',
    'configmap',
    'settings',
    '--show-managed-fields',
  )
  return map.metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`).sort()
}

it('lets kubectl apply on the server, meet conflicts and force them', async () => {
  expect((await applyIt({ a: '1', b: '1' })).stdout).toContain('configmap/settings serverside-applied')
  expect(await owners()).toEqual(['kubectl Apply'])
  await naru.kubectl('patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"a":"9"}}')
  const difference = await run(configMap({ a: '9', b: '2' }), 'diff', '--server-side')
  expect([difference.code, difference.stdout]).toEqual([1, expect.stringMatching(/^-\s+b: "1"$[^]*^\+\s+b: "2"$/m)])
  const refused = await applyIt({ a: '2', b: '1' })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('Apply failed with 1 conflict: conflict with "kubectl-patch" using v1: .data.a')
  expect((await applyIt({ a: '2' }, '--force-conflicts')).code).toBe(0)
  expect(await owners()).toEqual(['kubectl Apply'])
  expect(await naru.kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data}')).toBe('{"a":"2"}')
})

it('takes over from client-side apply without a conflict', async () => {
  expect((await run(configMap({ a: '3' }), 'apply', '--force-conflicts=false')).code).toBe(0)
  expect((await applyIt({ a: '4' })).code).toBe(0)
  expect(await naru.kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data.a}')).toBe('4')
})

it('hides managed fields from who does not ask for them', async () => {
  expect(await naru.kubectl('get', 'configmap', 'settings', '-o', 'yaml')).not.toContain('managedFields')
})
