/** What a request on `proxy` is for: the scheme, name and port in the place of the object's name, and the path behind.
 *  Pure. Source: k8s.io/apimachinery v0.34, pkg/util/net (SplitSchemeNamePort), pkg/util/proxy. */
import { BlockList, isIP } from 'node:net'

export interface ProxyName {
  scheme: 'http' | 'https'
  name: string
  /** A number or a name; empty: the only one. */
  port: string
}

/** `name`, `name:port` or `scheme:name:port`, where the scheme and the port may be left empty. */
export function parseProxyName(text: string): ProxyName | undefined {
  const parts = text.split(':')
  if (parts.length > 3) return undefined
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts]
  if (name === '' || !['', 'http', 'https'].includes(scheme)) return undefined
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port }
}

/** What follows `/proxy` in a request's path, as it was sent: empty, or from the slash on. */
export function pathBehindProxy(path: string): string {
  return /^\/api\/v1\/(?:namespaces\/[^/]+\/)?(?:pods|services|nodes)\/[^/]+\/proxy(\/.*)?$/.exec(path)?.[1] ?? ''
}

/** Nobody is to reach this machine's own services by giving a pod their address. */
function notAllowed(): BlockList {
  const list = new BlockList()
  list.addSubnet('0.0.0.0', 8)
  list.addSubnet('127.0.0.0', 8)
  list.addSubnet('169.254.0.0', 16)
  list.addSubnet('224.0.0.0', 4)
  list.addAddress('::', 'ipv6')
  list.addAddress('::1', 'ipv6')
  list.addSubnet('fe80::', 10, 'ipv6')
  list.addSubnet('ff00::', 8, 'ipv6')
  return list
}

export function isProxyable(ip: string): boolean {
  const version = isIP(ip)
  return version !== 0 && !notAllowed().check(ip, version === 6 ? 'ipv6' : 'ipv4')
}

const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
)
/** For this server alone: who asks, and where. */
const OWN = /^(?:authorization|host|content-length|accept-encoding|impersonate-.*)$/

export const passesOn = (header: string): boolean => !HOP_BY_HOP.has(header) && !OWN.test(header)
export const comesBack = (header: string): boolean => !HOP_BY_HOP.has(header) && header !== 'content-length'
