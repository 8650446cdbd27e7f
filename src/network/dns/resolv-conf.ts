/** The host's own resolvers, read again when the file changes. Source: resolv.conf(5). */
import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Clock } from '../../lib/index.ts'

export interface Upstream {
  address: string
  port: number
}

/** Gives the upstreams to try for a name, in order. Never throws: none is an empty list. */
export type Upstreams = (name: string) => Promise<readonly Upstream[]>

const CHECK_MS = 2_000

/** `nameserver` lines; comments, unknown options and scoped addresses that are none are passed over. */
export function parseResolvConf(text: string): Upstream[] {
  return text.split('\n').flatMap((line) => {
    const [keyword, address = ''] = line.trim().split(/\s+/)
    const bare = address.split('%')[0] ?? ''
    return keyword === 'nameserver' && isIP(bare) !== 0 ? [{ address, port: 53 }] : []
  })
}

/** `isOwn` keeps our own addresses out, so that a query cannot come back to us for ever. */
export function followResolvConf(path: string, clock: Clock, isOwn: (upstream: Upstream) => boolean): Upstreams {
  let checkedAt = Number.NEGATIVE_INFINITY
  let version = ''
  let upstreams: readonly Upstream[] = []
  return async () => {
    if (Math.abs(clock.now() - checkedAt) < CHECK_MS) return upstreams
    checkedAt = clock.now()
    try {
      const { mtimeMs, ino, size } = await stat(path)
      if (version !== `${mtimeMs} ${ino} ${size}`) {
        upstreams = parseResolvConf(await readFile(path, 'utf8')).filter((upstream) => !isOwn(upstream))
        version = `${mtimeMs} ${ino} ${size}`
      }
    } catch {
      // Replaced at this moment, or gone: the resolvers we know are the best guess.
    }
    return upstreams
  }
}
