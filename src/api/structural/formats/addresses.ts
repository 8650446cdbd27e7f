/** Addresses as Go's net package reads them; leading zeros of IPv4 are let pass, as Kubernetes does for old objects.
 *  Source: k8s.io/utils/internal/third_party/forked/golang/net/ip.go. */
import { isIPv4 as isStrictIpv4, isIPv6 as isStrictIpv6 } from 'node:net'

const withoutZeros = (text: string) => text.replaceAll(/(^|[.:])0+(?=\d+(\.|$))/g, '$1')

/** Also an IPv6 address with dots in it. */
export const isIpv4 = (text: string): boolean => text.includes('.') && isAddress(text)

export const isIpv6 = (text: string): boolean => isStrictIpv6(text) && !text.includes('%')

const isAddress = (text: string) =>
  text.length <= 64 && (isStrictIpv4(withoutZeros(text)) || isIpv6(text.includes('.') ? withoutZeros(text) : text))

export function isCidr(text: string): boolean {
  const slash = text.indexOf('/')
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)]
  if (slash < 0 || !isAddress(address) || !/^\d{1,8}$/.test(bits)) return false
  return Number(bits) <= (address.includes(':') ? 128 : 32)
}

/** 6, 8 or 20 bytes: `00:00:5e:00:53:01`, `00-00-5e-00-53-01`, `0000.5e00.5301`. */
export function isMac(text: string): boolean {
  if (/^[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2,9}$/.test(text)) return [14, 19, 49].includes(text.length)
  const bytes =
    /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5,19}$/.test(text) || /^[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){5,19}$/.test(text)
  return bytes && [17, 23, 59].includes(text.length)
}
