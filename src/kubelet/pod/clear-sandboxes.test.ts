import { expect, it } from 'vitest'
import type { Container, ContainerRuntime, Sandbox } from '../runtime/runtime.ts'
import { clearSandboxes } from './clear-sandboxes.ts'

/** What the runtime is asked to do, with these sandboxes and a container in each of `full`. */
async function asked(sandboxes: readonly Partial<Sandbox>[], full: readonly string[] = []): Promise<string[]> {
  const done: string[] = []
  const note = (what: string) => async (id: string) => void done.push(`${what} ${id}`)
  await clearSandboxes(
    {
      listSandboxes: async () => sandboxes as Sandbox[],
      listContainers: async () => full.map((sandboxId) => ({ sandboxId }) as Container),
      stopSandbox: note('stop'),
      removeSandbox: note('remove'),
    } as Partial<ContainerRuntime> as ContainerRuntime,
    'uid',
  )
  return done
}

it('stops what does not run, since it may have its network still', async () => {
  expect(await asked([{ id: 'a', attempt: 0, state: 'notReady' }])).toEqual(['stop a'])
})

it('removes earlier ones that have no containers to tell of, and keeps the newest', async () => {
  const sandboxes: Partial<Sandbox>[] = [
    { id: 'c', attempt: 2, state: 'notReady' },
    { id: 'b', attempt: 1, state: 'notReady' },
    { id: 'a', attempt: 0, state: 'notReady' },
  ]
  expect(await asked(sandboxes, ['a'])).toEqual(['stop c', 'stop b', 'remove b', 'stop a'])
})

it('leaves alone what runs', async () => {
  expect(await asked([{ id: 'a', attempt: 0, state: 'ready' }])).toEqual([])
  expect(await asked([])).toEqual([])
})
