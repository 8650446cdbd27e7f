import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../decode/index.ts'
import { difference, type FieldSet, isEmpty, union } from '../field-set.ts'
import { inOrder, pathTexts } from '../fields-v1.ts'
import { ApplyConflicts } from '../managers/conflicts.ts'
import type { Managed, Operation } from '../managers/managed.ts'
import { prune } from '../managers/prune.ts'
import { takeChanges } from '../managers/take-changes.ts'
import { oneVersion } from '../managers/versions.ts'
import { fieldSetOf } from '../typed/field-set-of.ts'
import { merge } from '../typed/merge.ts'
import { shapeMessage, validateShape } from '../typed/validate.ts'
import { goldenType } from '../../../../test/harness/golden-type.ts'

/** Recorded from structured-merge-diff by tools/merges/record.ts. */
interface Recorded {
  step: { operation: 'apply' | 'update'; manager: string; force: boolean; object: JsonObject }
  result: { error?: string; conflicts?: string[]; object: JsonObject | null; managed: Record<string, FieldSet> }
}
const recorded = JSON.parse(readFileSync(new URL('merges.json', import.meta.url), 'utf8')) as Recorded[][]

const apiVersion = 'v1'
const versions = oneVersion(apiVersion, goldenType)
const keepAll = (set: FieldSet) => set

interface State {
  live: JsonObject
  managed: Managed
}

function own(managed: Managed, manager: string, operation: Operation, set: FieldSet): void {
  const entry = { manager, operation, apiVersion, subresource: '', set, ordered: false, time: undefined }
  if (isEmpty(set)) managed.delete(manager)
  else managed.set(manager, entry)
}

function apply({ live, managed }: State, { manager, force, object }: Recorded['step']): State {
  const before = new Map(managed)
  const last = before.get(manager)
  own(before, manager, 'Apply', fieldSetOf(goldenType, object))
  const {
    apiVersion: _,
    kind,
    ...after
  } = prune(merge(goldenType, live, object), last, {
    managed: before,
    apiVersion,
    versions,
  })
  expect(kind).toBeUndefined()
  const taken = takeChanges(
    before,
    { before: live, after, apiVersion },
    { versions, filter: keepAll, except: manager, force },
  )
  return { live: after, managed: taken.managed }
}

/** As the library has it: one who updates again keeps what it had. */
function update({ live, managed }: State, { manager, object }: Recorded['step']): State {
  const change = { before: live, after: object, apiVersion }
  const taken = takeChanges(managed, change, { versions, filter: keepAll, except: manager, force: true })
  const { added, modified, removed } = taken.changes
  const former = taken.managed.get(manager)?.set ?? {}
  own(taken.managed, manager, 'Update', union(union(difference(former, removed), modified), added))
  return { live: object, managed: taken.managed }
}

/** The state after the step, and what was said of it. */
function take(state: State, step: Recorded['step']): { state: State; error?: string; conflicts?: string[] } {
  const errors = validateShape(goldenType, step.object, { allowDuplicates: step.operation === 'update' })
  if (errors.length > 0) return { state, error: shapeMessage(errors) }
  try {
    return { state: step.operation === 'apply' ? apply(state, step) : update(state, step) }
  } catch (error) {
    if (!(error instanceof ApplyConflicts)) throw error
    const conflicts = error.conflicts.flatMap(({ owner, fields }) =>
      pathTexts(fields).map((path) => owner.manager + path),
    )
    return { state, conflicts: conflicts.sort() }
  }
}

describe("merging does what Kubernetes' own library does", () => {
  test.each(recorded.map((steps, i) => [i, steps] as const))('in scenario %i', (_, steps) => {
    let state: State = { live: {}, managed: new Map() }
    for (const { step, result } of steps) {
      const { state: next, ...said } = take(state, step)
      state = next
      const { managed, object, ...expected } = result
      expect(said).toEqual(expected)
      expect(state.live).toEqual(object ?? {})
      const sets = [...state.managed].map(([manager, { set }]) => [manager, inOrder(set)])
      // As texts: the order of the fields counts.
      expect(sorted(sets)).toEqual(sorted(Object.entries(managed)))
    }
  })

  test('in scenarios that have everything in them', () => {
    const results = recorded.flat().map(({ result }) => result)
    expect(results.filter(({ conflicts }) => conflicts !== undefined).length).toBeGreaterThan(10)
  })
})

const sorted = (sets: readonly (readonly unknown[])[]) => sets.map((set) => JSON.stringify(set)).sort()
