/** `allOf`, `anyOf`, `oneOf` and `not`: of several alternatives that fail, the one that went furthest speaks.
 *  Source: k8s.io/kube-openapi, pkg/validation/validate/schema_props.go. */
import * as problems from './problems.ts'
import { Result } from './result.ts'
import type { Alternatives, ValueSchema } from './value-schema.ts'

interface AlternativeSubject {
  value: unknown
  path: string
  /** Checks the value against one of them. What it was before an update does not count inside alternatives. */
  check: (schema: ValueSchema, subject: { value: unknown; path: string }) => Result
}

export function checkAlternatives(alternatives: Alternatives, subject: AlternativeSubject, result: Result): void {
  const { value, path, check } = subject
  const one = (schema: ValueSchema) => check(schema, { value, path })
  if (alternatives.anyOf.length > 0) checkAnyOf(alternatives.anyOf.values().map(one), path, result)
  if (alternatives.oneOf.length > 0) checkOneOf(alternatives.oneOf.map(one), path, result)
  if (alternatives.allOf.length > 0) checkAllOf(alternatives.allOf.map(one), path, result)
  if (alternatives.not && one(alternatives.not).valid) result.add(problems.isForbidden(path))
}

function furthest(failures: readonly Result[]): Result | undefined {
  let best: Result | undefined
  for (const failure of failures) if (best === undefined || failure.matches > best.matches) best = failure
  return best
}

/** Those after the first that is valid are not looked at. */
function checkAnyOf(results: Iterable<Result>, path: string, result: Result): void {
  const failures: Result[] = []
  for (const one of results) {
    if (one.valid) return result.merge(one)
    failures.push(one)
  }
  result.add(problems.noneOfAny(path))
  result.merge(furthest(failures) ?? new Result())
}

function checkOneOf(results: readonly Result[], path: string, result: Result): void {
  const valid = results.filter((one) => one.valid)
  if (valid.length !== 1) result.add(problems.notExactlyOne(path, valid.length))
  const chosen = valid.length === 0 ? furthest(results) : valid.length === 1 ? valid[0] : undefined
  if (chosen) result.merge(chosen)
}

function checkAllOf(results: readonly Result[], path: string, result: Result): void {
  const valid = results.filter((one) => one.valid).length
  for (const one of results) result.merge(one)
  if (valid !== results.length) result.add(problems.notAll(path, valid))
}
