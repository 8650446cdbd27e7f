import { expect, test } from 'vitest'
import {
  blockContains,
  canonicalAddressProblems,
  canonicalBlockProblems,
  ipAddressProblems,
  ipBlockProblems,
  parseIpAddress,
  parseIpBlock,
} from './addresses.ts'

const noAddress = ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']
const noBlock = ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']

test.each<[string, string[], string[]]>([
  ['10.1.2.3', [], []],
  ['10.01.2.3', [], ['must not have leading 0s']],
  ['2001:db8::1', [], []],
  ['::', [], []],
  ['2001:DB8:0:0::1', [], ['must be in canonical form ("2001:db8::1")']],
  ['1:0:0:2:0:0:0:3', [], ['must be in canonical form ("1:0:0:2::3")']],
  ['::ffff:10.0.0.1', [], ['must not be an IPv4-mapped IPv6 address']],
  ['10.0.0', noAddress, noAddress],
  ['fe80::1%eth0', noAddress, noAddress],
  ['', noAddress, noAddress],
])('the address %j has the problems %j, and strictly %j', (text, problems, strict) => {
  expect(ipAddressProblems(text)).toEqual(problems)
  expect(canonicalAddressProblems(text)).toEqual(strict)
})

test.each<[string, string[], string[]]>([
  ['10.0.0.0/8', [], []],
  ['10.0.0.1/8', [], ['must not have bits set beyond the prefix length']],
  ['10.0.0.0/08', [], ['must not have leading 0s in IP or prefix length']],
  ['fd00:0::/8', [], ['must be in canonical form ("fd00::/8")']],
  ['::ffff:10.0.0.0/104', [], ['must not have an IPv4-mapped IPv6 address']],
  ['10.0.0.0/33', noBlock, noBlock],
  ['10.0.0.0', noBlock, noBlock],
  ['::/129', noBlock, noBlock],
])('the block %j has the problems %j, and strictly %j', (text, problems, strict) => {
  expect(ipBlockProblems(text)).toEqual(problems)
  expect(canonicalBlockProblems(text)).toEqual(strict)
})

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['fd00::/8', 'fdff::1', true],
  ['0.0.0.0/0', '::1', false],
])('whether %s contains %s: %s', (block, address, contained) => {
  const [parsedBlock, parsed] = [parseIpBlock(block), parseIpAddress(address)]
  expect(parsedBlock && parsed && blockContains(parsedBlock, parsed)).toBe(contained)
})
