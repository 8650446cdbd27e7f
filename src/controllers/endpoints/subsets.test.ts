import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf } from '../testing/objects.ts'
import { endpointSubsets, MOST_ADDRESSES } from './subsets.ts'

const service: k8s.Service = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
}

it('ready and unready addresses stand apart, in the order of the addresses', () => {
  const pods = [
    podOf({ name: 'b', ip: '10.0.0.2', isReady: true }),
    podOf({ name: 'a', ip: '10.0.0.1', isReady: true }),
    podOf({ name: 'c', ip: '10.0.0.3', isReady: false }),
  ]
  const [subset] = endpointSubsets(service, pods)
  expect(subset?.addresses?.map(({ ip }) => ip)).toEqual(['10.0.0.1', '10.0.0.2'])
  expect(subset?.notReadyAddresses?.map(({ ip }) => ip)).toEqual(['10.0.0.3'])
})

it('of too many it is the unready ones that are cut off', () => {
  const unready = Array.from({ length: MOST_ADDRESSES }, (_, at) =>
    podOf({ name: `u${at}`, ip: `10.1.${at >> 8}.${at & 255}`, isReady: false }),
  )
  const [subset] = endpointSubsets(service, [...unready, podOf({ name: 'r', ip: '10.0.0.1', isReady: true })])
  expect(subset?.addresses).toHaveLength(1)
  expect(subset?.notReadyAddresses).toHaveLength(MOST_ADDRESSES - 1)
})
