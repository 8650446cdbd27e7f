/** IP addresses and CIDRs as values. Source: k8s.io/apiserver v0.34, pkg/cel/library/{ip,cidr}.go; Go's net/netip. */
import { isIPv4, isIPv6 } from 'node:net'
import { opaqueType } from '../../check/types.ts'
import { EvalError, OpaqueValue } from '../../values/value.ts'
import { goQuote } from '../../../formats/index.ts'

export const IP = opaqueType('net.IP')
export const CIDR = opaqueType('net.CIDR')

export class IpValue extends OpaqueValue {
  readonly type = IP
  readonly bits: 32 | 128
  readonly address: bigint
  constructor(bits: 32 | 128, address: bigint) {
    super()
    this.bits = bits
    this.address = address
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && other.bits === this.bits && other.address === this.address
  }
  override toString(): string {
    return this.bits === 32 ? formatIpv4(this.address) : formatIpv6(this.address)
  }
  /** The first `length` bits. */
  prefix(length: number): bigint {
    return this.address >> BigInt(this.bits - length)
  }
}

export class CidrValue extends OpaqueValue {
  readonly type = CIDR
  readonly ip: IpValue
  readonly length: number
  constructor(ip: IpValue, length: number) {
    super()
    this.ip = ip
    this.length = length
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && other.length === this.length && other.ip.equals(this.ip)
  }
  override toString(): string {
    return `${this.ip.toString()}/${this.length}`
  }
  contains(ip: IpValue): boolean {
    return ip.bits === this.ip.bits && ip.prefix(this.length) === this.ip.prefix(this.length)
  }
  masked(): CidrValue {
    const shift = BigInt(this.ip.bits - this.length)
    return new CidrValue(new IpValue(this.ip.bits, (this.ip.address >> shift) << shift), this.length)
  }
}

/** Longer than any address; spares the looking. */
const MAX_LENGTH = 64

export function parseIp(text: string): IpValue | EvalError {
  const mark = text.indexOf('%')
  const address = mark === -1 ? parseAddress(text) : parseAddress(text.slice(0, mark))
  if (address === undefined || (mark !== -1 && (address.bits === 32 || mark === text.length - 1))) {
    const [reason, quoted] = ['unable to parse IP', goQuote(text)]
    return new EvalError(
      `IP Address ${quoted} parse error during conversion from string: ParseAddr(${quoted}): ${reason}`,
    )
  }
  if (mark !== -1) return new EvalError(`IP address ${goQuote(text)} with zone value is not allowed`)
  return isMapped(address) ? new EvalError(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`) : address
}

export function parseCidr(text: string): CidrValue | EvalError {
  const prefix = 'network address parse error during conversion from string: '
  const slash = text.lastIndexOf('/')
  // Said twice, as upstream does.
  const bad = (reason: string) => new EvalError(`${prefix}${prefix}netip.ParsePrefix(${goQuote(text)}): ${reason}`)
  if (slash === -1) return bad("no '/'")
  const ip = parseAddress(text.slice(0, slash))
  const bits = text.slice(slash + 1)
  if (ip === undefined) return bad(`ParseAddr(${goQuote(text.slice(0, slash))}): unable to parse IP`)
  if (!/^(0|[1-9]\d{0,2})$/.test(bits)) return bad(`bad bits after slash: ${goQuote(bits)}`)
  if (Number(bits) > ip.bits) return bad('prefix length out of range')
  if (isMapped(ip)) return new EvalError(`${prefix}IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`)
  return new CidrValue(ip, Number(bits))
}

const isMapped = (ip: IpValue): boolean => ip.bits === 128 && ip.address >> 32n === 0xffffn

function parseAddress(text: string): IpValue | undefined {
  if (text.length > MAX_LENGTH || text.includes('%')) return undefined
  if (isIPv4(text)) return new IpValue(32, parseIpv4(text))
  return isIPv6(text) ? new IpValue(128, parseIpv6(text)) : undefined
}

const parseIpv4 = (text: string): bigint => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)

function parseIpv6(text: string): bigint {
  const [head = '', tail] = text.split('::')
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const middle = Array.from({ length: 8 - left.length - right.length }, () => 0n)
  return [...left, ...middle, ...right].reduce((sum, group) => (sum << 16n) | group, 0n)
}

function groups(text: string): bigint[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [BigInt(`0x${part}`)]
    const address = parseIpv4(part)
    return [address >> 16n, address & 0xffffn]
  })
}

const formatIpv4 = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.')

/** RFC 5952: the longest run of zeros, of two groups or more, is `::`. */
function formatIpv6(address: bigint): string {
  const parts = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - index * 16)) & 0xffffn)
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && parts[start + length] === 0n) length++
    if (length > best.length) best = { start, length }
  }
  const text = (from: number, to?: number) =>
    parts
      .slice(from, to)
      .map((part) => part.toString(16))
      .join(':')
  return best.start === -1 ? text(0) : `${text(0, best.start)}::${text(best.start + best.length)}`
}
