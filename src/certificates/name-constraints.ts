/** What an authority may vouch for, as an extension of its certificate. Source: RFC 5280, section 4.2.1.10. */
import { isIPv4 } from 'node:net'

export const NAME_CONSTRAINTS_OID = '2.5.29.30'

export interface PermittedNames {
  /** Each with all names under it. */
  dns: readonly string[]
  /** Addresses with the length of their prefix: `127.0.0.0/8`. Without any, no address is permitted. */
  ip: readonly string[]
}

const SEQUENCE = 0x30
const PERMITTED_SUBTREES = 0xa0
const EXCLUDED_SUBTREES = 0xa1
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

/** The extension's value, in DER. A kind of name that no subtree speaks of is free, so addresses are always spoken of. */
export function nameConstraints({ dns, ip }: PermittedNames): Buffer {
  const permitted = [
    ...dns.map((name) => encode(DNS_NAME, Buffer.from(name, 'ascii'))),
    ...ip.map((range) => encode(IP_ADDRESS, addressAndMask(range))),
  ]
  const excluded = ip.length > 0 ? [] : ['0.0.0.0/0', '::/0'].map((all) => encode(IP_ADDRESS, addressAndMask(all)))
  return encode(
    SEQUENCE,
    encode(PERMITTED_SUBTREES, ...permitted.map((base) => encode(SEQUENCE, base))),
    ...(excluded.length > 0 ? [encode(EXCLUDED_SUBTREES, ...excluded.map((base) => encode(SEQUENCE, base)))] : []),
  )
}

/** Tag, length, content: lengths from 128 on say first how many bytes they have. Source: ITU-T X.690, 8.1. */
function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

function addressAndMask(range: string): Buffer {
  const [address = '', prefix] = range.split('/')
  const bytes = isIPv4(address) ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address)
  const mask = Buffer.from(
    bytes.map((_, index) => (0xff00 >> Math.min(8, Math.max(0, Number(prefix) - index * 8))) & 0xff),
  )
  return Buffer.concat([bytes, mask])
}

function ipv6Bytes(address: string): Buffer {
  const [before = '', after] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const left = groups(before)
  const right = after === undefined ? [] : groups(after)
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}
