import { expect, test } from 'vitest'
import { FakeClock } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { RuntimeOperations } from './operations.ts'
import type { ContainerRuntime } from './runtime.ts'

test('operations are counted under the names of Kubernetes, with how long they took and how many failed', async () => {
  const clock = new FakeClock()
  const operations = new RuntimeOperations(clock)
  const plain: Partial<ContainerRuntime> = {
    isolated: true,
    runSandbox: async () => {
      await clock.sleep(100)
      return 'sandbox-1'
    },
    startContainer: () => Promise.reject(new RuntimeError('NotFound', 'no such container')),
  }
  const rest = new Proxy(plain, {
    get: (target, name) => Reflect.get(target, name) ?? (() => Promise.resolve()),
  }) as ContainerRuntime
  const runtime = operations.watched(rest)

  const running = runtime.runSandbox({} as never)
  await clock.advance(100)
  expect(await running).toBe('sandbox-1')
  await expect(runtime.startContainer('gone')).rejects.toThrow('no such container')
  expect(runtime.isolated).toBe(true)

  const lines = (await operations.exposition()).split('\n')
  const run = '{operation_type="run_podsandbox"}'
  expect(lines).toContain(`kubelet_runtime_operations_total${run} 1`)
  expect(lines).toContain(`kubelet_runtime_operations_duration_seconds_sum${run} 0.1`)
  expect(lines).toContain(
    'kubelet_runtime_operations_duration_seconds_bucket{le="0.078125",operation_type="run_podsandbox"} 0',
  )
  expect(lines).toContain(
    'kubelet_runtime_operations_duration_seconds_bucket{le="0.1953125",operation_type="run_podsandbox"} 1',
  )
  expect(lines).toContain('kubelet_runtime_operations_errors_total{operation_type="start_container"} 1')
  expect(lines.join('\n')).not.toContain(`kubelet_runtime_operations_errors_total${run}`)
})
