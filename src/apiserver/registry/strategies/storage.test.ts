import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'

let cluster: TestCluster
const send = (method: 'POST' | 'PUT', url: string, body: object) => call(cluster.exchange, method, url, { body })

beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('claims say where their data come from', () => {
  const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'
  const claim = (sources: object) => ({
    metadata: { name: 'c' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...sources },
  })
  const volume = { kind: 'PersistentVolumeClaim', name: 'a' }
  const core = { ...volume, apiGroup: null }
  const snapshot = { kind: 'VolumeSnapshot', name: 'a', apiGroup: 'snapshot.storage.k8s.io' }
  const other = { kind: 'Backup', name: 'a', apiGroup: 'backups.example.com' }

  test.each<[given: object, kept: object]>([
    [{ dataSource: volume }, { dataSource: core, dataSourceRef: core }],
    [{ dataSource: snapshot }, { dataSource: snapshot, dataSourceRef: snapshot }],
    [{ dataSourceRef: other }, { dataSource: other, dataSourceRef: other }],
    [{ dataSource: other }, {}],
    [{ dataSourceRef: { ...volume, namespace: 'x' } }, {}],
  ])('in both fields: %j', async (given, kept) => {
    const { status, json } = await send('POST', CLAIMS, claim(given))
    expect(status).toBe(201)
    const { dataSource, dataSourceRef } = json.spec as Record<string, unknown>
    expect({ dataSource, dataSourceRef }).toEqual({ dataSource: undefined, dataSourceRef: undefined, ...kept })
  })

  test('and clients that know only one field change nothing', async () => {
    const made = await send('POST', CLAIMS, claim({ dataSourceRef: other }))
    const { status, json } = await send('PUT', `${CLAIMS}/c`, claim({ dataSource: other }))
    expect(status).toBe(200)
    expect(json.spec).toEqual(made.json.spec)
  })
})

test('volumes note when their phase changed', async () => {
  const spec = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/a' } }
  const volume = { metadata: { name: 'v' }, spec }
  const { json: made } = await send('POST', '/api/v1/persistentvolumes', volume)
  const { lastPhaseTransitionTime: time } = made.status as { lastPhaseTransitionTime: string }
  expect(made.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: expect.any(String) as string })
  const { json: same } = await send('PUT', '/api/v1/persistentvolumes/v/status', {
    ...volume,
    status: { phase: 'Pending' },
  })
  expect(same.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: time })
  const given = { phase: 'Available', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' }
  const { json: changed } = await send('PUT', '/api/v1/persistentvolumes/v/status', { ...volume, status: given })
  expect(changed.status).toEqual(given)
})

test('drivers count their changes from the first', async () => {
  const DRIVERS = '/apis/storage.k8s.io/v1/csidrivers'
  const { json: made } = await send('POST', DRIVERS, { metadata: { name: 'd.io' }, spec: {} })
  expect(made.metadata?.generation).toBeUndefined()
  const spec = { ...(made.spec as object), storageCapacity: true }
  const { json: changed } = await send('PUT', `${DRIVERS}/d.io`, { ...made, spec })
  expect(changed.metadata?.generation).toBe(1)
})
