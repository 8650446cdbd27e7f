/** IPv4 addresses and networks as numbers. */
import { isIPv4 } from 'node:net'

export function parseIPv4(text: string): number | undefined {
  if (!isIPv4(text)) return undefined
  return text.split('.').reduce((number, octet) => number * 256 + Number(octet), 0)
}

export function formatIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}

/** First and last address of `10.96.0.0/16`; undefined for what is no IPv4 network. */
export function parseNetwork(cidr: string): { first: number; last: number } | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(cidr)
  const address = parseIPv4(match?.[1] ?? '')
  const bits = Number(match?.[2])
  if (address === undefined || bits > 32) return undefined
  const size = 2 ** (32 - bits)
  const first = Math.floor(address / size) * size
  return { first, last: first + size - 1 }
}
