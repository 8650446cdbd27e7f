/** Where a request goes: one reading of its path, by which it is both allowed and dispatched. */

export interface RequestTarget {
  path: string
  /** Path and query. */
  url: string
}

/** Dots are resolved and doubled slashes are one, as Go's multiplexer has it. Undefined for what is no path, or has parts
 *  that cannot be read. */
export function requestTarget(url: string): RequestTarget | undefined {
  const parsed = url.startsWith('/') ? URL.parse(url.replace(/^[/\\]+/, '/'), 'http://kubelet') : null
  if (parsed === null) return undefined
  const path = parsed.pathname.replaceAll(/\/{2,}/g, '/')
  return isReadable(path) ? { path, url: `${path}${parsed.search}` } : undefined
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
