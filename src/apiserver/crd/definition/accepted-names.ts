/** Which of the names it asks for a definition gets: two kinds of a group may not share one.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/controller/status/naming_controller.go. */
import { isDeepStrictEqual } from 'node:util'
import type { Condition, Definition, Names } from './definition.ts'

interface AcceptedNames {
  names: Names
  condition: Omit<Condition, 'lastTransitionTime'>
}

const NONE: Names = { plural: '', kind: '' }
type Conflict = { reason: string; message: string }

/** `others` are all definitions besides this one. */
export function acceptNames(definition: Definition, others: readonly Definition[]): AcceptedNames {
  const wanted = definition.spec.names
  const names: Names = { ...(definition.status?.acceptedNames ?? NONE) }
  const taken = takenNames(others.filter(({ spec }) => spec.group === definition.spec.group))
  const conflicts: Conflict[] = []
  for (const [field, reason, used] of [
    ['plural', 'PluralConflict', taken.resources],
    ['singular', 'SingularConflict', taken.resources],
    ['shortNames', 'ShortNamesConflict', taken.resources],
    ['kind', 'KindConflict', taken.kinds],
    ['listKind', 'ListKindConflict', taken.kinds],
  ] as const) {
    const clashing = newNames(wanted[field], names[field]).filter((name) => used.has(name))
    if (clashing.length > 0) conflicts.push({ reason, message: inUse(clashing) })
    else Object.assign(names, { [field]: wanted[field] })
  }
  Object.assign(names, { categories: wanted.categories })
  const last = conflicts.at(-1)
  return {
    names: Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined)) as unknown as Names,
    condition: {
      type: 'NamesAccepted',
      ...(last ?? { reason: 'NoConflicts', message: 'no conflicts found' }),
      status: last ? 'False' : 'True',
    },
  }
}

/** Names asked for that were not given already. */
function newNames(wanted: string | string[] | undefined, given: string | string[] | undefined): string[] {
  if (isDeepStrictEqual(wanted, given)) return []
  const before = new Set([given ?? []].flat())
  return [wanted ?? []].flat().filter((name) => !before.has(name))
}

function inUse(names: readonly string[]): string {
  const sentences = names.map((name) => `${JSON.stringify(name)} is already in use`)
  return sentences.length === 1 ? (sentences[0] ?? '') : `[${sentences.join(', ')}]`
}

function takenNames(definitions: readonly Definition[]): { resources: Set<string>; kinds: Set<string> } {
  const accepted = definitions.map(({ status }) => status?.acceptedNames ?? NONE)
  return {
    resources: setOf(accepted.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames])),
    kinds: setOf(accepted.flatMap(({ kind, listKind }) => [kind, listKind])),
  }
}

const setOf = (names: readonly (string | undefined)[]) =>
  new Set(names.filter((name) => name !== undefined && name !== '') as string[])
