/** Keeps the number of those who updated an object bounded: the oldest become one entry.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal/capmanagers.go. */
import { union } from '../field-set.ts'
import { type Managed, ownerKey, secondsOf } from './managed.ts'

export const MAX_UPDATERS = 10
const ANCIENT = 'ancient-changes'

export function capUpdaters(managed: Managed): Managed {
  if (managed.size <= MAX_UPDATERS) return managed
  const updaters = [...managed].filter(([, entry]) => entry.operation === 'Update')
  if (updaters.length <= MAX_UPDATERS) return managed
  updaters.sort(
    ([aKey, a], [bKey, b]) => secondsOf(a.time) - secondsOf(b.time) || (aKey < bKey ? -1 : aKey > bKey ? 1 : 0),
  )
  const result = new Map(managed)
  const firstOfVersion = new Map<string, string>()
  let count = updaters.length
  for (const [key, entry] of updaters) {
    if (count <= MAX_UPDATERS) break
    const first = firstOfVersion.get(entry.apiVersion)
    if (first === undefined) {
      firstOfVersion.set(entry.apiVersion, key)
      continue
    }
    const ancient = { manager: ANCIENT, operation: 'Update', apiVersion: entry.apiVersion, subresource: '' } as const
    const bucket = ownerKey(ancient)
    const before = result.get(bucket) ?? result.get(first)
    if (!result.has(bucket)) result.delete(first)
    result.delete(key)
    result.set(bucket, { ...ancient, set: union(entry.set, before?.set ?? {}), ordered: false, time: entry.time })
    count--
  }
  return result
}
