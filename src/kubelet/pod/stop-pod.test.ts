import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { systemClock } from '../../lib/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import type { PodContext } from './context.ts'
import { stopPod } from './stop-pod.ts'

const container = (name: string, more: Partial<k8s.Container> = {}): k8s.Container => ({ name, image: 'i', ...more })
const pod: k8s.Pod = {
  metadata: { name: 'p', uid: 'u' },
  spec: {
    initContainers: [container('s1', { restartPolicy: 'Always' }), container('s2', { restartPolicy: 'Always' })],
    containers: [container('app', { lifecycle: { preStop: { exec: { command: ['bye'] } } } })],
    ephemeralContainers: [{ name: 'debug', image: 'i' }],
  },
}
const names = ['s1', 's2', 'app', 'debug']
const snapshot = {
  sandboxes: [],
  ips: [],
  containers: names.map((name) => ({ id: name, name, sandboxId: 's', state: 'running' }) as ContainerStatus),
}

/** Containers end `takesMs` after they are told to, or at once when they are given little time. */
function contextOf(takesMs: Record<string, number>, said: string[]): PodContext {
  const context = {
    clock: systemClock,
    event: ({ reason, container: name }: { reason: string; container?: string }) => said.push(`${reason} ${name}`),
    prober: { stop: () => {}, stopLiveness: () => {} },
    runtime: {
      exec: (id: string) => {
        said.push(`preStop ${id}`)
        return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })
      },
      stopContainer: async (id: string, graceMs: number) => {
        said.push(`stop ${id}`)
        await systemClock.sleep(graceMs > 2_000 ? (takesMs[id] ?? 0) : 0)
        said.push(`ended ${id}`)
      },
    },
  }
  return context as unknown as PodContext
}

it('stops sidecars after the app, the last first; ephemeral containers hold nobody up', async () => {
  const said: string[] = []
  await stopPod(contextOf({ app: 30, s2: 30, debug: 100 }, said), pod, snapshot, { graceMs: 10_000 })
  const order = said.filter((line) => !line.startsWith('Killing'))
  const of = (line: string) => order.indexOf(line)
  expect(of('preStop app')).toBeLessThan(of('stop app'))
  expect(of('ended app')).toBeLessThan(of('stop s2'))
  expect(of('ended s2')).toBeLessThan(of('stop s1'))
  expect(of('ended s1')).toBeLessThan(of('ended debug'))
  expect(said.filter((line) => line.startsWith('Killing')).toSorted()).toEqual(
    names.map((n) => `Killing ${n}`).toSorted(),
  )
})

it('gives up what is left of the grace when it is told to hurry', async () => {
  const said: string[] = []
  const hurry = new AbortController()
  const stopped = stopPod(contextOf({ app: 60_000, debug: 60_000 }, said), pod, snapshot, {
    graceMs: 60_000,
    hurry: hurry.signal,
  })
  await expect.poll(() => said).toContain('stop app')
  expect(said).not.toContain('stop s2')
  hurry.abort()
  await stopped
  for (const name of names) expect(said).toContain(`ended ${name}`)
})
