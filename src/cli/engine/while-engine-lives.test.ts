import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { identifyProcess, invariant, systemClock } from '../../lib/index.ts'
import { whileEngineLives } from './while-engine-lives.ts'

const forever = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

async function livingProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const identity = identifyProcess(child.pid ?? 0)
  invariant(identity !== undefined, 'it was just started')
  return { child, identity }
}

it('gives up waiting when the engine is killed, and says so', async () => {
  const { child, identity } = await livingProcess()
  const signal = new AbortController().signal
  const waiting = whileEngineLives(identity, { clock: systemClock, signal }, forever)
  child.kill('SIGKILL')
  await expect(waiting).rejects.toMatchObject({ code: 'engineDied', parameters: { pid: identity.pid } })
})

it('hands back the result, and passes on failures that are not the engine’s', async () => {
  const { child, identity } = await livingProcess()
  const signal = new AbortController().signal
  const options = { clock: systemClock, signal }
  expect(await whileEngineLives(identity, options, async () => 'done')).toBe('done')
  await expect(whileEngineLives(identity, options, () => Promise.reject(new Error('bad image')))).rejects.toThrow(
    'bad image',
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
})
