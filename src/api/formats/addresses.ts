/** IP addresses and CIDR blocks, as fields of old (leading zeros pass) and as newer fields want them (strictly and in
 *  canonical form). Source: k8s.io/apimachinery v0.34, pkg/util/validation/ip.go. */
import { isIP } from 'node:net'

export interface IpAddress {
  family: 4 | 6
  value: bigint
}

export interface IpBlock extends IpAddress {
  prefixLength: number
}

const BITS = { 4: 32, 6: 128 } as const
const MAPPED = 0xffffn
const NOT_AN_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const NOT_A_BLOCK = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

/** Undefined: no address. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const plain = withoutLeadingZeros(text)
  const family = plain.includes('%') ? 0 : isIP(plain)
  if (family === 4) return { family, value: fromParts(plain.split('.').map(Number), 8n) }
  if (family !== 6) return undefined
  const value = fromParts(ipv6Groups(plain), 16n)
  return value >> 32n === MAPPED ? { family: 4, value: value & 0xffff_ffffn } : { family, value }
}

/** Undefined: no block. Bits beyond the prefix are kept. */
export function parseIpBlock(text: string): IpBlock | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? undefined : parseIpAddress(text.slice(0, slash))
  const length = text.slice(slash + 1)
  if (address === undefined || !/^\d{1,3}$/.test(length)) return undefined
  // A mapped address counts its prefix from where the IPv6 address begins.
  const prefixLength = Number(length) - (address.family === 4 && text.includes(':') ? 96 : 0)
  return prefixLength < 0 || prefixLength > BITS[address.family] ? undefined : { ...address, prefixLength }
}

export function blockContains(block: IpBlock, address: IpAddress): boolean {
  const shift = BigInt(BITS[block.family] - block.prefixLength)
  return block.family === address.family && block.value >> shift === address.value >> shift
}

/** The block without the bits beyond its prefix. */
export function networkOf(block: IpBlock): IpBlock {
  const hostBits = BigInt(BITS[block.family] - block.prefixLength)
  return { ...block, value: (block.value >> hostBits) << hostBits }
}

export const ipAddressProblems = (text: string): string[] =>
  parseIpAddress(text) === undefined ? [NOT_AN_ADDRESS] : []

export const ipBlockProblems = (text: string): string[] => (parseIpBlock(text) === undefined ? [NOT_A_BLOCK] : [])

/** As newer fields want an address: nothing but its canonical form. */
export function canonicalAddressProblems(text: string): string[] {
  const address = parseIpAddress(text)
  if (address === undefined) return [NOT_AN_ADDRESS]
  if (isMappedAddress(text, address)) return ['must not be an IPv4-mapped IPv6 address']
  if (address.family === 4 && isIP(text) === 0) return ['must not have leading 0s']
  const canonical = formatIpAddress(address)
  return text === canonical ? [] : [`must be in canonical form ("${canonical}")`]
}

/** As newer fields want a block. */
export function canonicalBlockProblems(text: string): string[] {
  const block = parseIpBlock(text)
  if (block === undefined) return [NOT_A_BLOCK]
  const [base = '', length = ''] = text.split('/')
  if (isIP(base) === 0 || /^0\d/.test(length)) return ['must not have leading 0s in IP or prefix length']
  if (isMappedAddress(base, block)) return ['must not have an IPv4-mapped IPv6 address']
  if (networkOf(block).value !== block.value) return ['must not have bits set beyond the prefix length']
  const canonical = `${formatIpAddress(block)}/${block.prefixLength}`
  return text === canonical ? [] : [`must be in canonical form ("${canonical}")`]
}

/** What is said of an address in a field of old that a newer field would refuse. `path` is the field's. */
export function addressWarnings(path: string, text: string): string[] {
  const address = parseIpAddress(text)
  if (address === undefined) return []
  const canonical = formatIpAddress(address)
  if (isMappedAddress(text, address) || isIP(text) === 0)
    return [
      `${path}: non-standard IP address "${text}" will be considered invalid in a future Kubernetes release: use "${canonical}"`,
    ]
  if (address.family === 4 || text === canonical) return []
  return [`${path}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${canonical}")`]
}

/** Whether an IPv4 address is written as an IPv6 address. */
export const isMappedAddress = (text: string, address: IpAddress) => address.family === 4 && text.includes(':')

function withoutLeadingZeros(text: string): string {
  return /^[0-9.]{1,64}$/.test(text) ? text.replace(/\b0+(?=\d)/g, '') : text
}

const fromParts = (parts: readonly number[], bits: bigint): bigint =>
  parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n)

function ipv6Groups(text: string): number[] {
  const [head = '', tail] = text.split('::')
  const before = groupsOf(head)
  if (tail === undefined) return before
  const after = groupsOf(tail)
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

/** RFC 5952: the longest run of two or more zeros is left out. */
export function formatIpAddress({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16))
  let [start, length] = [0, 0]
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && groups[to] === '0') to++
    if (to - from > length) [start, length] = [from, to - from]
  }
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}
