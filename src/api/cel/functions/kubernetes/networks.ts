/** Functions of IP addresses and CIDRs. Source: k8s.io/apiserver v0.34, pkg/cel/library/{ip,cidr}.go. */
import { func, type Implementation, method, type Overload } from '../../check/overload.ts'
import { BOOL, INT, STRING } from '../../check/types.ts'
import { isError, noSuchOverload, type Result, type Value } from '../../values/value.ts'
import { CIDR, CidrValue, IP, IpValue, parseCidr, parseIp } from './addresses.ts'

const onText =
  (compute: (text: string) => Result): Implementation =>
  ([text]) =>
    typeof text === 'string' ? compute(text) : noSuchOverload()

const onIp =
  (compute: (ip: IpValue) => Result): Implementation =>
  ([ip]) =>
    ip instanceof IpValue ? compute(ip) : noSuchOverload()

const onCidr =
  (compute: (cidr: CidrValue, other: Value | undefined) => Result): Implementation =>
  ([cidr, other]) =>
    cidr instanceof CidrValue ? compute(cidr, other) : noSuchOverload()

const ipTest = (id: string, test: (ip: IpValue) => boolean): readonly Overload[] => [
  method([id, [IP], BOOL], onIp(test)),
]

/** Whether the address starts with these bits, of its own family. */
const starts = (ip: IpValue, v4: readonly [bigint, number], v6: readonly [bigint, number]): boolean => {
  const [value, length] = ip.bits === 32 ? v4 : v6
  return ip.prefix(length) === value
}

const isUnspecified = (ip: IpValue): boolean => ip.address === 0n
const isLoopback = (ip: IpValue): boolean => starts(ip, [127n, 8], [1n, 128])
const isMulticast = (ip: IpValue): boolean => starts(ip, [0xen, 4], [0xffn, 8])
const isLinkLocalMulticast = (ip: IpValue): boolean =>
  ip.bits === 32 ? ip.prefix(24) === 0xe0_00_00n : (ip.prefix(16) & 0xff0fn) === 0xff02n
const isLinkLocalUnicast = (ip: IpValue): boolean => starts(ip, [0xa9_fen, 16], [0b1111111010n, 10])
const isGlobalUnicast = (ip: IpValue): boolean =>
  !isUnspecified(ip) &&
  !(ip.bits === 32 && ip.address === 0xff_ff_ff_ffn) &&
  !isLoopback(ip) &&
  !isMulticast(ip) &&
  !isLinkLocalUnicast(ip)

function containsIp(cidr: CidrValue, other: Value | undefined): Result {
  const ip = typeof other === 'string' ? parseIp(other) : other
  if (ip instanceof IpValue) return cidr.contains(ip)
  // Kubernetes says only this of a text that is no address.
  return noSuchOverload()
}

function containsCidr(cidr: CidrValue, other: Value | undefined): Result {
  const inner = typeof other === 'string' ? parseCidr(other) : (other ?? null)
  if (isError(inner)) return inner
  return inner instanceof CidrValue ? cidr.contains(inner.ip) && cidr.length <= inner.length : noSuchOverload()
}

export const networkFunctions: Record<string, readonly Overload[]> = {
  ip: [
    func(['string_to_ip', [STRING], IP], onText(parseIp)),
    method(
      ['cidr_ip', [CIDR], IP],
      onCidr((cidr) => cidr.ip),
    ),
  ],
  isIP: [
    func(
      ['is_ip', [STRING], BOOL],
      onText((text) => !isError(parseIp(text))),
    ),
  ],
  'ip.isCanonical': [
    func(
      ['ip_is_canonical', [STRING], BOOL],
      onText((text) => {
        const ip = parseIp(text)
        return isError(ip) ? ip : ip.toString() === text
      }),
    ),
  ],
  family: [
    method(
      ['ip_family', [IP], INT],
      onIp((ip) => (ip.bits === 32 ? 4n : 6n)),
    ),
  ],
  isUnspecified: ipTest('ip_is_unspecified', isUnspecified),
  isLoopback: ipTest('ip_is_loopback', isLoopback),
  isLinkLocalMulticast: ipTest('ip_is_link_local_multicast', isLinkLocalMulticast),
  isLinkLocalUnicast: ipTest('ip_is_link_local_unicast', isLinkLocalUnicast),
  isGlobalUnicast: ipTest('ip_is_global_unicast', isGlobalUnicast),
  cidr: [func(['string_to_cidr', [STRING], CIDR], onText(parseCidr))],
  isCIDR: [
    func(
      ['is_cidr', [STRING], BOOL],
      onText((text) => !isError(parseCidr(text))),
    ),
  ],
  containsIP: [
    method(['cidr_contains_ip_string', [CIDR, STRING], BOOL], onCidr(containsIp)),
    method(['cidr_contains_ip_ip', [CIDR, IP], BOOL], onCidr(containsIp)),
  ],
  containsCIDR: [
    method(['cidr_contains_cidr_string', [CIDR, STRING], BOOL], onCidr(containsCidr)),
    method(['cidr_contains_cidr', [CIDR, CIDR], BOOL], onCidr(containsCidr)),
  ],
  prefixLength: [
    method(
      ['cidr_prefix_length', [CIDR], INT],
      onCidr((cidr) => BigInt(cidr.length)),
    ),
  ],
  masked: [
    method(
      ['cidr_masked', [CIDR], CIDR],
      onCidr((cidr) => cidr.masked()),
    ),
  ],
  string: [
    func(
      ['ip_to_string', [IP], STRING],
      onIp((ip) => ip.toString()),
    ),
    func(
      ['cidr_to_string', [CIDR], STRING],
      onCidr((cidr) => cidr.toString()),
    ),
  ],
}
