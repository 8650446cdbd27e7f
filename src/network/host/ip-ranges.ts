/** Sets of IPv4 addresses as sorted ranges that neither touch nor overlap, as nftables wants them. Pure. */
import { type Cidr, toAddress, toNumber } from './cidr.ts'

/** First and last address, as numbers. */
export type IpRange = readonly [first: number, last: number]

export const rangeOfAddress = (address: string): IpRange => [toNumber(address), toNumber(address)]

export const rangeOfCidr = ({ base, prefix }: Cidr): IpRange => [base, base + 2 ** (32 - prefix) - 1]

export function unionOf(ranges: readonly IpRange[]): IpRange[] {
  const merged: [number, number][] = []
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return merged
}

/** What of `whole` is in none of `holes`. */
export function without(whole: IpRange, holes: readonly IpRange[]): IpRange[] {
  const rest: IpRange[] = []
  let first = whole[0]
  for (const [from, to] of unionOf(holes)) {
    if (from > whole[1] || to < first) continue
    if (from > first) rest.push([first, from - 1])
    first = to + 1
  }
  return first <= whole[1] ? [...rest, [first, whole[1]]] : rest
}

/** `10.0.0.1`, or `10.0.0.1-10.0.0.9`. */
export const formatRange = ([first, last]: IpRange): string =>
  first === last ? toAddress(first) : `${toAddress(first)}-${toAddress(last)}`
