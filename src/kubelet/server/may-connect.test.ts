import { expect, it } from 'vitest'
import { connectionFilter } from './may-connect.ts'

const ownAddresses = () => ['127.0.0.1', '192.0.2.7', '10.244.0.1']
const withPods = connectionFilter({ podCidr: '10.244.0.0/24', ownAddresses })
const withoutPods = connectionFilter({ podCidr: undefined, ownAddresses })

it.each([
  ['this machine', '127.0.0.1', true, true],
  ['this machine, by another of its addresses', '192.0.2.7', true, true],
  ['a pod', '10.244.0.9', true, false],
  ['a neighbour in the network', '192.0.2.8', false, false],
  ['somebody far away', '203.0.113.1', false, false],
  ['somebody far away, by IPv6', '2001:db8::1', false, false],
  ['nobody any more', undefined, false, false],
])('%s (%s): with a network of pods %s, without %s', (_, remote, pods, noPods) => {
  expect([withPods(remote), withoutPods(remote)]).toEqual([pods, noPods])
})

it('who is neither a pod nor connects from here is turned away while the system cannot say what its addresses are', () => {
  const mayConnect = connectionFilter({
    podCidr: '10.244.0.0/24',
    ownAddresses() {
      throw new Error('uv_interface_addresses returned EMFILE')
    },
  })
  expect(['127.0.0.1', '10.244.0.9', '192.0.2.7'].map(mayConnect)).toEqual([true, true, false])
})
