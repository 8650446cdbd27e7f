/** The string formats that schemas of custom resources may ask for; all others are ignored.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/validation/formats.go; k8s.io/kube-openapi,
 *  pkg/validation/strfmt; github.com/asaskevich/govalidator. */
import { getOwn } from '../../decode/index.ts'
import { isCidr, isIpv4, isIpv6, isMac } from './addresses.ts'
import { isCreditCard, isIsbn10, isIsbn13 } from './checksums.ts'
import { isEmail, isHostname, isUri } from './internet.ts'
import { isDate, isDateTime, isDuration } from './times.ts'

export type FormatCheck = (text: string) => boolean

const HEX = '[0-9a-fA-F]'
const uuid = (third: string, fourth: string) =>
  matching(new RegExp(`^${HEX}{8}-?${HEX}{4}-?${third}-?${fourth}-?${HEX}{12}$`))
const matching =
  (pattern: RegExp): FormatCheck =>
  (text) =>
    pattern.test(text)

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const BYTE = '(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])'

const CHECKS: Readonly<Record<string, FormatCheck>> = {
  bsonobjectid: matching(/^[0-9a-fA-F]{24}$/),
  uri: isUri,
  email: isEmail,
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  cidr: isCidr,
  mac: isMac,
  uuid: uuid(`${HEX}{4}`, `${HEX}{4}`),
  uuid3: uuid(`3${HEX}{3}`, `${HEX}{4}`),
  uuid4: uuid(`4${HEX}{3}`, `[89abAB]${HEX}{3}`),
  uuid5: uuid(`5${HEX}{3}`, `[89abAB]${HEX}{3}`),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matching(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matching(new RegExp(`^rgb\\(\\s*${BYTE}\\s*,\\s*${BYTE}\\s*,\\s*${BYTE}\\s*\\)$`)),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${LABEL}$`).test(text),
  k8slongname: (text) => text.length <= 253 && new RegExp(`^${LABEL}(\\.${LABEL})*$`).test(text),
}

/** `date-time` and `datetime` are one. Undefined for what no version of Kubernetes checks. */
export function formatNamed(name: string): { name: string; check: FormatCheck } | undefined {
  const check = getOwn(CHECKS, name.replaceAll('-', ''))
  return check && { name, check }
}

export const isKnownFormat = (name: string): boolean => formatNamed(name) !== undefined
