/** What becomes of an object with owners, from the state of each of them. */
import type { k8s } from '../../api/index.ts'

/** `solid`: exists. `waiting`: exists, and waits for its dependents to be deleted. `absent`: is no more. */
export type OwnerState = 'solid' | 'waiting' | 'absent'

export type Verdict =
  | { do: 'keep' }
  /** Some owner remains: references to the others go. */
  | { do: 'dropReferences'; uids: string[] }
  /** No owner remains. In the foreground when its own dependents must go first. */
  | { do: 'delete'; foreground: boolean }

export function decide(
  owners: readonly { reference: k8s.OwnerReference; state: OwnerState }[],
  hasDependents: boolean,
): Verdict {
  if (owners.length === 0) return { do: 'keep' }
  const gone = owners.filter(({ state }) => state !== 'solid')
  if (gone.length === 0) return { do: 'keep' }
  if (gone.length < owners.length) return { do: 'dropReferences', uids: gone.map(({ reference }) => reference.uid) }
  return { do: 'delete', foreground: hasDependents && owners.some(({ state }) => state === 'waiting') }
}
