/** The part of the suite that CI runs, and how it compares with the table. Pure. */
import { groupOf, shortName } from './catalogue.ts'
import { FIXED_PART } from './fixed-part.ts'
import type { ReportedTest } from './report.ts'
import { type Outcome, PASSED } from './table.ts'

/** Groups that CI runs whole. */
const WHOLE_GROUPS = ['api-machinery', 'auth', 'instrumentation', 'architecture']

/** The one that waits until the token of a list expires takes ten minutes, as long as all others together may. */
const TOO_LONG = /\[Slow\]/

export function isVerifiedInCi(test: string): boolean {
  const group = groupOf(test)
  if (WHOLE_GROUPS.includes(group)) return !TOO_LONG.test(test)
  return Object.hasOwn(FIXED_PART[group] ?? {}, shortName(test))
}

/** One line for each test that passes where the table says it does not, or the other way round. Why a test fails may
 *  be put in other words from run to run, so that words are not compared. */
export function differences(table: ReadonlyMap<string, Outcome>, results: readonly ReportedTest[]): string[] {
  return results
    .filter(({ test, outcome }) => (outcome === PASSED) !== (table.get(test) === PASSED))
    .map(({ test, outcome }) => `${test}\n  table: ${table.get(test)}\n  run:   ${outcome}`)
}
