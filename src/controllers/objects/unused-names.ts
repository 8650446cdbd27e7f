/** Foreseeable names for what a controller makes for an object: a second try with a cache that lags behind meets the
 *  first one's name instead of making another. */
import { createHash } from 'node:crypto'
import type { KubeObject } from '../../api/index.ts'
import { safeEncode } from './safe-name.ts'

/** `<owner>-xxxxx` in a fixed order, without those that are taken. */
export function* unusedNames(owner: KubeObject, present: readonly KubeObject[]): Generator<string, never> {
  const taken = new Set(present.map(({ metadata }) => metadata.name))
  for (let ordinal = 0; ; ordinal++) {
    const digest = createHash('sha256').update(`${owner.metadata.uid}/${ordinal}`).digest()
    const name = `${owner.metadata.name}-${safeEncode(String(digest.readUInt32BE())).slice(0, 5)}`
    if (!taken.has(name)) yield name
  }
}
