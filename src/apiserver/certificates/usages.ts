/** What a certificate may be used for: the words of the certificates API as X.509 has them (RFC 5280, 4.2.1.3 and 12).
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/certificates/authority/policies.go. */

/** Bit n of the list is bit n of X.509's KeyUsage. */
const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: 1,
  'digital signature': 1,
  'content commitment': 2,
  'key encipherment': 4,
  'data encipherment': 8,
  'key agreement': 16,
  'cert sign': 32,
  'crl sign': 64,
  'encipher only': 128,
  'decipher only': 256,
}

const EXTENDED: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
}

export const keyUsageFlags = (usages: readonly string[]): number =>
  usages.reduce((flags, usage) => flags | (KEY_USAGES[usage] ?? 0), 0)

/** Object identifiers, each once. */
export const extendedUsages = (usages: readonly string[]): string[] => [
  ...new Set(usages.flatMap((usage) => EXTENDED[usage] ?? [])),
]
