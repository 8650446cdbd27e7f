import { describe, expect, it } from 'vitest'
import type { BackingResource, KubeObject } from '../../api/index.ts'
import { readinessOf } from './readiness.ts'
import { type Outcome, resourceStatus } from './resource-status.ts'

const statefulSet = (status?: object, spec: object = {}) =>
  ({ kind: 'StatefulSet', metadata: { name: 'db', generation: 2 }, spec, status }) as KubeObject
const done = { observedGeneration: 2, readyReplicas: 1, updatedReplicas: 1 }

describe('what was made for a Resource', () => {
  it.each([
    ['is not there', undefined, 'StatefulSet db is being created'],
    [
      'is of an earlier state',
      statefulSet({ ...done, observedGeneration: 1 }),
      'StatefulSet db is being brought to its new state',
    ],
    ['has old pods', statefulSet({ ...done, updatedReplicas: 0 }), 'StatefulSet db has 0 of 1 pods of its new state'],
    [
      'has too few',
      statefulSet({ ...done, updatedReplicas: 3 }, { replicas: 3 }),
      'StatefulSet db has 1 of 3 pods ready',
    ],
    ['runs', statefulSet(done), undefined],
    ['is scaled to nothing', statefulSet({ observedGeneration: 2 }, { replicas: 0 }), undefined],
  ])('%s', (_, present, message) =>
    expect(readinessOf([statefulSet()], () => present)).toEqual(
      message === undefined ? { isReady: true } : { isReady: false, message },
    ),
  )
  it('is ready when nothing of it runs', () =>
    expect(readinessOf([{ kind: 'Service', metadata: { name: 'a' } }], () => undefined)).toEqual({ isReady: true }))
})

describe('the status of a Resource', () => {
  const nowMs = Date.parse('2026-01-01T00:10:00Z')
  const resource: BackingResource = { metadata: { name: 'db', generation: 3 }, spec: { type: 'postgres' } }
  const written = (isReady: boolean): Outcome => ({
    state: 'written',
    readiness: isReady ? { isReady } : { isReady, message: 'it starts' },
    binding: 'db-binding',
    environment: [{ name: 'URL', key: 'uri' }],
    volume: undefined,
  })
  it('says how it is reached, and since when', () => {
    const status = resourceStatus(resource, written(true), nowMs)
    expect(status).toEqual({
      observedGeneration: 3,
      binding: { name: 'db-binding' },
      environment: [{ name: 'URL', key: 'uri' }],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Provisioned',
          message: 'postgres can be used',
          observedGeneration: 3,
          lastTransitionTime: '2026-01-01T00:10:00Z',
        },
      ],
    })
    expect(resourceStatus({ ...resource, status }, written(true), nowMs + 60_000)).toEqual(status)
    expect(resourceStatus({ ...resource, status }, written(false), nowMs + 60_000).conditions).toMatchObject([
      { status: 'False', reason: 'Provisioning', message: 'it starts', lastTransitionTime: '2026-01-01T00:11:00Z' },
    ])
  })
  it('keeps what was given when it fails', () => {
    const status = resourceStatus(resource, written(true), nowMs)
    const failed: Outcome = { state: 'failed', reason: 'InvalidParams', message: 'no' }
    expect(resourceStatus({ ...resource, status }, failed, nowMs)).toMatchObject({
      binding: { name: 'db-binding' },
      environment: [{ name: 'URL', key: 'uri' }],
      conditions: [{ status: 'False', reason: 'InvalidParams', message: 'no' }],
    })
  })
})
