/** IPv4 ranges, as numbers. */
import { isIPv4 } from 'node:net'
import { parseIpBlock } from '../../api/index.ts'
import { NetworkError } from '../errors.ts'

export interface Cidr {
  /** `10.244.0.0/24`, host bits cleared. */
  readonly text: string
  /** The lowest address as a number. */
  readonly base: number
  readonly prefix: number
}

/** Throws NetworkError `InvalidAddress`. */
export function parseCidr(text: string): Cidr {
  const [address = '', length = '', ...rest] = text.split('/')
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN
  if (rest.length > 0 || !isIPv4(address) || !(prefix >= 0 && prefix <= 32))
    throw new NetworkError('InvalidAddress', `"${text}" is not an IPv4 range such as 10.244.0.0/24`)
  const size = 2 ** (32 - prefix)
  const base = Math.floor(toNumber(address) / size) * size
  return { text: `${toAddress(base)}/${prefix}`, base, prefix }
}

/** A block as the API's fields of old hold it: with leading zeros, bits beyond the prefix, or as an IPv6 address that stands
 *  for an IPv4 one. Undefined: of IPv6, or no block. */
export function cidrOfField(text: string): Cidr | undefined {
  const block = parseIpBlock(text)
  if (block?.family !== 4) return undefined
  return parseCidr(`${toAddress(Number(block.value))}/${block.prefixLength}`)
}

export function cidrContains(cidr: Cidr, address: string): boolean {
  if (!isIPv4(address)) return false
  const offset = toNumber(address) - cidr.base
  return offset >= 0 && offset < 2 ** (32 - cidr.prefix)
}

/** The address `offset` places into the range: 1 is the gateway's. */
export function addressAt(cidr: Cidr, offset: number): string {
  if (offset < 0 || offset >= 2 ** (32 - cidr.prefix))
    throw new NetworkError('InvalidAddress', `the range ${cidr.text} has no address number ${offset}`)
  return toAddress(cidr.base + offset)
}

/** The last address that a pod can have, and the one behind it, which the gateway sends from. */
export const lastPodAddress = (cidr: Cidr): string => addressAt(cidr, 2 ** (32 - cidr.prefix) - 3)
export const gatewayAddressOf = (cidr: Cidr): string => addressAt(cidr, 2 ** (32 - cidr.prefix) - 2)

export const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
