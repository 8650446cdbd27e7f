import { assert, integer, ipV4, nat, property, uniqueArray } from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call, type CallOptions } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import type { k8s } from '../../api/index.ts'
import { formatIPv4, parseIPv4, parseNetwork } from './ipv4.ts'
import { NumberPool } from './number-pool.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const merge = { 'content-type': 'application/merge-patch+json' }
let cluster: TestCluster
const send = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options?: CallOptions) =>
  call(cluster.exchange, method, url, options)
const service = (name: string, spec: object = {}) => ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } })
const create = async (name: string, spec?: object) => (await send('POST', SERVICES, { body: service(name, spec) })).json
const specOf = (json: Record<string, unknown>) => json.spec as k8s.ServiceSpec
const patch = async (name: string, spec: object) =>
  (await send('PATCH', `${SERVICES}/${name}`, { body: { spec }, headers: merge })).json

beforeEach(async () => {
  cluster = await openTestCluster({ serviceCidr: '10.96.0.0/24', nodePorts: { least: 30_000, most: 30_039 } })
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('the addresses of Services', () => {
  test('are different for all, however many are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 100 }, (_, i) => create(`s${i}`)))
    const addresses = made.map((json) => specOf(json).clusterIP)
    expect(new Set(addresses).size).toBe(100)
    for (const address of addresses) expect(address).toMatch(/^10\.96\.0\.\d+$/)
    expect(specOf(made[0] ?? {})).toMatchObject({
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      type: 'ClusterIP',
    })
  })

  test("the first is the API server's own", async () => {
    expect((await send('GET', `${SERVICES}/kubernetes`)).json).toMatchObject({
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
    })
  })

  test('may be asked for, once, within the range', async () => {
    expect(specOf(await create('a', { clusterIP: '10.96.0.10' })).clusterIPs).toEqual(['10.96.0.10'])
    expect(await create('b', { clusterIP: '10.96.0.10' })).toMatchObject({
      code: 422,
      message: expect.stringContaining('failed to allocate IP 10.96.0.10: provided IP is already allocated'),
    })
    expect(await create('c', { clusterIP: '10.97.0.1' })).toMatchObject({
      code: 422,
      message: expect.stringContaining('not in the valid range'),
    })
  })

  test('come back when the Service goes, and stay when it does not', async () => {
    await create('a', { clusterIP: '10.96.0.10' })
    await send('DELETE', `${SERVICES}/a`)
    expect(specOf(await create('b', { clusterIP: '10.96.0.10' })).clusterIP).toBe('10.96.0.10')
    expect(specOf(await patch('b', { ports: [{ port: 81 }] })).clusterIP).toBe('10.96.0.10')
    expect((await create('c', { clusterIP: '10.96.0.10' })).code).toBe(422)
  })

  test('of a refused or dry-run create are free again', async () => {
    await send('POST', `${SERVICES}?dryRun=All`, { body: service('a', { clusterIP: '10.96.0.10' }) })
    await create('taken')
    await create('taken', { clusterIP: '10.96.0.10' })
    expect(specOf(await create('b', { clusterIP: '10.96.0.10' })).clusterIP).toBe('10.96.0.10')
  })

  test('are none for headless and external ones', async () => {
    expect(specOf(await create('a', { clusterIP: 'None' })).clusterIPs).toEqual(['None'])
    expect(specOf(await create('b', { type: 'ExternalName', externalName: 'example.com' })).clusterIP).toBeUndefined()
  })

  test('may not change, but follow the type', async () => {
    await create('a')
    expect(await patch('a', { clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'] })).toMatchObject({
      code: 422,
      message: expect.stringContaining('may not change once set'),
    })
    expect(specOf(await patch('a', { type: 'ExternalName', externalName: 'example.com' })).clusterIP).toBeUndefined()
    expect(specOf(await patch('a', { type: 'ClusterIP', externalName: null })).clusterIP).toMatch(/^10\.96/)
  })

  test('survive a restart', async () => {
    await create('a', { clusterIP: '10.96.0.10', type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] })
    await using second = await openTestCluster({
      store: cluster.store,
      serviceCidr: '10.96.0.0/24',
      nodePorts: { least: 30_000, most: 30_039 },
    })
    const again = await call(second.exchange, 'POST', SERVICES, { body: service('b', { clusterIP: '10.96.0.10' }) })
    expect(again.json.code).toBe(422)
    const port = await call(second.exchange, 'POST', SERVICES, {
      body: service('c', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] }),
    })
    expect(port.json.message).toMatch(
      /spec.ports\[0\].nodePort: Invalid value: 30001: provided port is already allocated/,
    )
  })
})

describe('node ports', () => {
  test('are given to NodePort Services until there are none', async () => {
    const made = await Promise.all(Array.from({ length: 41 }, (_, i) => create(`s${i}`, { type: 'NodePort' })))
    const ports = made.flatMap((json) => (json.spec ? (specOf(json).ports?.[0]?.nodePort ?? []) : []))
    expect(new Set(ports).size).toBe(40)
    expect(made.at(-1)).toMatchObject({ code: 500, message: expect.stringContaining('range is full') })
  })

  test('stay over updates that leave them out, and go with the type', async () => {
    const port = specOf(await create('a', { type: 'NodePort' })).ports?.[0]?.nodePort
    const replaced = await send('PUT', `${SERVICES}/a`, {
      body: service('a', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080 }] }),
    })
    expect(specOf(replaced.json).ports?.[0]?.nodePort).toBe(port)
    expect(specOf(await patch('a', { type: 'ClusterIP' })).ports?.[0]?.nodePort).toBeUndefined()
    expect(
      specOf(await create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: port }] })).ports?.[0]?.nodePort,
    ).toBe(port)
  })

  test('are shared by TCP and UDP of one Service, and by nothing else', async () => {
    const ports = [
      { name: 't', port: 53, nodePort: 30_005 },
      { name: 'u', port: 53, protocol: 'UDP', nodePort: 30_005 },
    ]
    expect(specOf(await create('dns', { type: 'NodePort', ports })).ports).toHaveLength(2)
    await send('DELETE', `${SERVICES}/dns`)
    const twice = [
      { name: 'a', port: 1, nodePort: 30_005 },
      { name: 'b', port: 2, nodePort: 30_005 },
    ]
    expect((await create('twice', { type: 'NodePort', ports: twice })).code).toBe(422)
  })
})

describe('the arithmetic of ranges', () => {
  test('addresses survive the way to numbers and back', () => {
    assert(property(ipV4(), (address) => formatIPv4(parseIPv4(address) ?? -1) === address))
  })

  test('a network holds its addresses', () => {
    expect(parseNetwork('10.96.0.0/16')).toEqual({ first: parseIPv4('10.96.0.0'), last: parseIPv4('10.96.255.255') })
    for (const bad of ['10.96.0.0', '10.96.0.0/33', 'x/8', '::/64']) expect(parseNetwork(bad)).toBeUndefined()
  })

  test('a pool gives every number once, whatever was asked for before', () => {
    assert(
      property(uniqueArray(integer({ min: 0, max: 49 })), nat(), (asked, seed) => {
        let state = seed
        const below = (bound: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % bound
        const pool = new NumberPool(
          { least: 0, most: 49 },
          { reserved: 16, randomness: { uuid: () => '', bytes: () => new Uint8Array(), below } },
        )
        const given = asked.filter((number) => pool.take(number))
        for (let number = pool.takeAny(); number !== undefined; number = pool.takeAny()) given.push(number)
        return given.length === 50 && new Set(given).size === 50
      }),
    )
  })
})
