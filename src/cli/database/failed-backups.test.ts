import { describe, expect, it } from 'vitest'
import { BACKUP_LABEL, type k8s } from '../../api/index.ts'
import { lastFailures } from './failed-backups.ts'

const job = (name: string, type: 'Failed' | 'Complete' | undefined, minute: number): k8s.Job => ({
  metadata: { namespace: 'default', name, labels: { [BACKUP_LABEL]: 'orders' } },
  spec: { template: { spec: { containers: [] } } },
  status: {
    conditions: type && [{ type, status: 'True', lastTransitionTime: at(minute), message: 'too many retries' }],
  },
})
const at = (minute: number) => `2026-01-01T03:${String(minute).padStart(2, '0')}:00Z`

/** A step of a pod of a job that ended so. */
const pod = (of: string, minute: number, terminated: { exitCode: number; message?: string; reason?: string }) =>
  ({
    metadata: { namespace: 'default', name: `${of}-${minute}`, labels: { 'batch.kubernetes.io/job-name': of } },
    status: { initContainerStatuses: [{ state: { terminated: { finishedAt: at(minute), ...terminated } } }] },
  }) as unknown as k8s.Pod

describe('the last backup', () => {
  it.each<[string, k8s.Job[], k8s.Pod[], { at: string; message: string } | undefined]>([
    [
      'failed, and its last pod says why',
      [job('a', 'Complete', 1), job('b', 'Failed', 9)],
      [pod('b', 8, { exitCode: 1, message: 'no route\n' }), pod('b', 2, { exitCode: 1, message: 'earlier' })],
      { at: at(9), message: 'no route' },
    ],
    [
      'failed where a step said nothing',
      [job('b', 'Failed', 9)],
      [pod('b', 8, { exitCode: 137, reason: 'OOMKilled' }), pod('another', 9, { exitCode: 1, message: 'not mine' })],
      { at: at(9), message: 'OOMKilled' },
    ],
    ['failed, and its pods are gone', [job('b', 'Failed', 9)], [], { at: at(9), message: 'too many retries' }],
    ['succeeded after one that failed', [job('b', 'Failed', 9), job('a', 'Complete', 10)], [], undefined],
    [
      'failed while another is being made',
      [job('b', 'Failed', 9), job('c', undefined, 0)],
      [pod('b', 8, { exitCode: 1, message: 'no route' })],
      { at: at(9), message: 'no route' },
    ],
    ['was never made', [], [], undefined],
  ])('%s', (_, jobs, pods, failure) => expect(lastFailures(jobs, pods).get('default/orders')).toEqual(failure))
})
