/** The part of the suite that CI runs, and how it compares with the table. Pure. */
import { groupOf, shortName } from './catalogue.ts'
import { FIXED_PART } from './fixed-part.ts'
import type { ReportedTest } from './report.ts'
import { type Outcome, PASSED } from './table.ts'

/** Groups that CI runs whole, but for what takes too long. */
const WHOLE_GROUPS = ['api-machinery', 'auth', 'instrumentation', 'architecture']

/** Tests of those groups that mostly wait, 20 s to ten minutes each: as long as all others together. */
export const TOO_LONG = [
  /\[Slow\]/,
  /Aggregator Should be able to support the 1\.17 Sample API Server/,
  /CustomResourceDefinition Watch watch on custom resource definition objects/,
  /Garbage collector should orphan pods created by rc if delete options say so/,
  /ResourceQuota should create a ResourceQuota and capture the life of a configMap/,
  /ResourceQuota should verify ResourceQuota with terminating scopes/,
  /ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer/,
  /Servers with support for API chunking should return chunks of results for list calls/,
  /Watchers should observe add, update, and delete watch notifications on configmaps/,
]

export function isVerifiedInCi(test: string): boolean {
  const group = groupOf(test)
  if (WHOLE_GROUPS.includes(group)) return !TOO_LONG.some((left) => left.test(test))
  return Object.hasOwn(FIXED_PART[group] ?? {}, shortName(test))
}

/** One line for each test that passes where the table says it does not, or the other way round. Why a test fails may
 *  be put in other words from run to run, so that words are not compared. */
export function differences(table: ReadonlyMap<string, Outcome>, results: readonly ReportedTest[]): string[] {
  return results
    .filter(({ test, outcome }) => (outcome === PASSED) !== (table.get(test) === PASSED))
    .map(({ test, outcome }) => `${test}\n  table: ${table.get(test)}\n  run:   ${outcome}`)
}
