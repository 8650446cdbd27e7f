import { expect, it } from 'vitest'
import { isNeighbour } from './neighbour-listener.ts'

const ADDRESSES = [
  { address: '127.0.0.1', cidr: '127.0.0.1/8' },
  { address: '192.0.2.7', cidr: '192.0.2.7/24' },
  { address: '10.244.0.1', cidr: '10.244.0.1/24' },
  { address: 'fe80::1', cidr: 'fe80::1/64' },
]

it.each([
  ['10.244.0.9', '10.244.0.1', true],
  ['10.244.0.1', '10.244.0.1', true],
  ['192.0.2.7', '10.244.0.1', true],
  ['192.0.2.8', '10.244.0.1', false],
  ['10.244.1.9', '10.244.0.1', false],
  ['fe80::2', '10.244.0.1', false],
  ['fe80::2', 'fe80::1', true],
  ['10.9.9.9', '10.9.9.1', false],
  ['', '10.244.0.1', false],
])('a connection from %s to %s: welcome %s', (remote, local, welcome) => {
  expect(isNeighbour(remote, local, ADDRESSES)).toBe(welcome)
})
