/** Names of the internet. Source: k8s.io/kube-openapi, pkg/validation/strfmt/default.go (hostname), Go's
 *  url.ParseRequestURI and mail.ParseAddress. */

const HOSTNAME =
  /^([a-zA-Z0-9\p{S}\p{L}](-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u

export const isHostname = (text: string): boolean =>
  Buffer.byteLength(text) <= 255 &&
  text.split('.').every((label) => Buffer.byteLength(label) <= 63) &&
  HOSTNAME.test(text)

const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/
const HOST = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=<>"%\u0080-\uffff]*|\[[^\]]*\])(?::\d*)?$/
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/

/** Absolute: with a scheme, or a path from the root. */
export function isUri(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return false
  if (text === '*') return true
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[0]
  const rest = text.slice(scheme?.length ?? 0).split('?')[0] ?? ''
  if (!rest.startsWith('/')) return scheme !== undefined
  if (!rest.startsWith('//') || (scheme === undefined && rest.startsWith('///'))) return !BAD_ESCAPE.test(rest)
  const end = rest.indexOf('/', 2)
  const authority = end < 0 ? rest.slice(2) : rest.slice(2, end)
  const at = authority.lastIndexOf('@')
  return HOST.test(authority.slice(at + 1)) && USER.test(authority.slice(0, Math.max(at, 0))) && !BAD_ESCAPE.test(rest)
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+"
const DOT_ATOM = new RegExp(`^${ATOM}(\\.${ATOM})*$`)
const QUOTED = /^"(?:[^"\\\r\n]|\\[^\r\n])*"$/

/** An address, or one in angle brackets after a name. */
export function isEmail(text: string): boolean {
  const trimmed = text.trim()
  const bracket = trimmed.lastIndexOf('<')
  if (trimmed.endsWith('>') && bracket >= 0)
    return isName(trimmed.slice(0, bracket).trim()) && isAddress(trimmed.slice(bracket + 1, -1))
  return isAddress(trimmed)
}

function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  return (
    at > 0 && (DOT_ATOM.test(local) || QUOTED.test(local)) && (DOT_ATOM.test(domain) || /^\[[^[\]]+\]$/.test(domain))
  )
}

const isName = (text: string) => text === '' || QUOTED.test(text) || !/[()<>[\]:;@\\,"]/.test(text)
