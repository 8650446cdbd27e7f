/** Integers that a double cannot hold. Kubernetes keeps 64 bits of them; here a number is a double, and one that would be
 *  changed by being read is refused rather than kept as another. The largest and the smallest of 64 bits are let pass, as
 *  the doubles nearest to them: programs write them for "no limit". What is beyond 64 bits is a double there, too. */
import { type Document, isScalar, visit } from 'yaml'
import { apiError } from '../../api/index.ts'

/** Shorter ones are exact. Most texts have none so long. */
const LONG = /\d{16}/
const INTEGER = /^-?\d{16,19}$/
const MAX = 2n ** 63n - 1n

/** Throws ApiError `BadRequest`. `text` must be JSON. */
export function refuseInexactJson(text: string): void {
  if (LONG.test(text)) parseWithSource(text, check)
}

/** As `refuseInexactJson`; `text` is what the document was read from. */
export function refuseInexactYaml(document: Document, text: string): void {
  if (!LONG.test(text)) return
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'number') check(node.source)
    },
  })
}

/** What is wrong with an integer that is written so; undefined when it is read and written as it is. */
export function inexactProblem(source: string): string | undefined {
  if (!INTEGER.test(source) || String(Number(source)) === source) return undefined
  const exact = BigInt(source)
  if (exact >= MAX || exact <= -MAX) return undefined
  return `the integer ${source} cannot be kept exactly: integers are kept up to ${Number.MAX_SAFE_INTEGER}; use a string`
}

function check(source: string | undefined): void {
  const problem = source === undefined ? undefined : inexactProblem(source)
  if (problem !== undefined) throw apiError('BadRequest', problem)
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** Calls `see` with each number as it is written. */
function parseWithSource(text: string, see: (source: string | undefined) => void): void {
  const reviver: Reviver = (_, value, { source }) => {
    if (typeof value === 'number') see(source)
    return value
  }
  JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1])
}
