import { expect, test } from 'vitest'
import { POD_UID_LABEL } from './cri/convert.ts'
import { RuntimeError } from './errors.ts'
import { relister } from './relist.ts'
import type { Container, Sandbox } from './runtime/runtime.ts'

const sandboxOf = (uid: string): Sandbox => ({
  id: `sandbox-${uid}`,
  pod: { uid, name: uid, namespace: 'default' },
  attempt: 0,
  state: 'ready',
  createdAtMs: 0,
  labels: {},
  annotations: {},
})
const containerOf = (uid: string, state: Container['state']): Container => ({
  id: `container-${uid}`,
  sandboxId: `sandbox-${uid}`,
  name: 'c',
  attempt: 0,
  state,
  createdAtMs: 0,
  labels: { [POD_UID_LABEL]: uid },
  annotations: {},
})

function openRelister() {
  const told: string[] = []
  const has = { sandboxes: [] as Sandbox[], containers: [] as Container[], answers: true }
  let lists = 0
  const answer = async <T>(value: () => T): Promise<T> => {
    if (!has.answers) throw new RuntimeError('Unavailable', 'connection refused')
    return value()
  }
  const relist = relister({
    runtime: {
      listSandboxes: () => answer(() => has.sandboxes).finally(() => (lists += 1)),
      listContainers: () => answer(() => has.containers),
    },
    changed: (uid) => told.push(uid),
    failed: () => told.push('failed'),
  })
  return {
    has,
    /** What one list tells. */
    look: async (): Promise<string[]> => {
      const before = lists
      relist()
      await expect.poll(() => lists).toBe(before + 1)
      await new Promise((resolve) => setImmediate(resolve))
      return told.splice(0)
    },
  }
}

test('what is of no pod is nobody’s business', async () => {
  const { has, look } = openRelister()
  has.sandboxes = [sandboxOf(''), sandboxOf('a')]
  has.containers = [containerOf('', 'running')]
  expect(await look()).toEqual(['a'])
})

test('pods are told of when they come, change and go', async () => {
  const { has, look } = openRelister()
  has.sandboxes = [sandboxOf('a'), sandboxOf('b')]
  expect(await look()).toEqual(['a', 'b'])
  expect(await look()).toEqual([])
  has.containers = [containerOf('b', 'running')]
  expect(await look()).toEqual(['b'])
  has.sandboxes = [sandboxOf('b')]
  expect(await look()).toEqual(['a'])
})

test('every pod is looked at when the runtime is back, whatever became of it', async () => {
  const { has, look } = openRelister()
  has.sandboxes = [sandboxOf('a'), sandboxOf('b')]
  await look()
  has.answers = false
  expect(await look()).toEqual(['failed'])
  expect(await look()).toEqual(['failed'])
  has.answers = true
  expect(await look()).toEqual(['a', 'b'])
  expect(await look()).toEqual([])
})
