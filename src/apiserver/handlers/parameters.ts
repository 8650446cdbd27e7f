/** Query parameters and options that several verbs read. What does not parse is a `BadRequest`; whether what does parse
 *  may be asked for is in request-options.ts. */
import { apiError } from '../../api/index.ts'
import type { FieldValidation } from '../../api/machinery.ts'
import { parseBody } from '../server/request-body.ts'
import type { ResourceRequest } from '../server/context.ts'
import type { DeleteOptions } from '../registry/strategy.ts'
import { isTrue } from '../routing/request-info.ts'
import { checkDeleteOptions, dryRunOf } from './request-options.ts'

/** Of checked options: what happens with unknown fields; `Warn` when nothing is said. */
export const fieldValidationOf = (query: URLSearchParams): FieldValidation =>
  (query.get('fieldValidation') || 'Warn') as FieldValidation

const MAX_INT64 = 2n ** 63n - 1n

/** A whole number, which may be negative; `undefined` when absent. Wording: Go's strconv.ParseInt. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const why = integerProblem(text)
  if (why !== undefined) throw apiError('BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`)
  return Number(text)
}

function integerProblem(text: string): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return 'invalid syntax'
  const value = BigInt(text.replace('+', ''))
  return value > MAX_INT64 || value < -MAX_INT64 - 1n ? 'value out of range' : undefined
}

/** The version that a list or a watch asks for. `context` is what is said before the problem. */
export function resourceVersion(query: URLSearchParams, context = ''): number | undefined {
  const text = query.get('resourceVersion')
  if (text === null || text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const why = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'
  const quoted = JSON.stringify(text)
  throw apiError(
    'BadRequest',
    `${context}resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${why}`,
  )
}

export interface DeleteParameters extends DeleteOptions {
  dryRun: boolean
}

/** Options of a delete: from the body, or from the query where there is none. Negative grace is none to speak of.
 *  Throws ApiError `Invalid`. */
export function deleteParameters({ request, info }: Pick<ResourceRequest, 'request' | 'info'>): DeleteParameters {
  const asked = request.body.trim() === '' ? queryOptions(info.query) : deleteOptionsOf(parseBody(request.body, 'json'))
  checkDeleteOptions(asked)
  const { gracePeriodSeconds, orphanDependents, propagationPolicy, preconditions, dryRun = [] } = asked
  const orphan = orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background'
  return {
    gracePeriodSeconds: gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds,
    propagationPolicy: propagationPolicy ?? orphan,
    preconditions,
    dryRun: dryRun.length > 0,
  }
}

function queryOptions(query: URLSearchParams): DeleteBody {
  const orphan = query.get('orphanDependents')
  return {
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
    dryRun: dryRunOf(query),
  }
}

export interface DeleteBody extends DeleteOptions {
  orphanDependents?: boolean
  dryRun?: string[]
}

export function deleteOptionsOf(value: unknown): DeleteBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw apiError('BadRequest', 'the body of a delete must be a DeleteOptions object')
  const { gracePeriodSeconds, propagationPolicy, preconditions, orphanDependents, dryRun } = value as Record<
    string,
    unknown
  >
  const wrong = (field: string) =>
    apiError(
      'BadRequest',
      `DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${field} has the wrong type`,
    )
  if (!isAbsent(gracePeriodSeconds) && !Number.isSafeInteger(gracePeriodSeconds)) throw wrong('gracePeriodSeconds')
  if (!isAbsent(propagationPolicy) && typeof propagationPolicy !== 'string') throw wrong('propagationPolicy')
  if (!isAbsent(preconditions) && (typeof preconditions !== 'object' || Array.isArray(preconditions)))
    throw wrong('preconditions')
  if (!isAbsent(dryRun) && !Array.isArray(dryRun)) throw wrong('dryRun')
  if (!isAbsent(orphanDependents) && typeof orphanDependents !== 'boolean') throw wrong('orphanDependents')
  return Object.fromEntries(
    Object.entries({ gracePeriodSeconds, propagationPolicy, preconditions, orphanDependents, dryRun }).filter(
      ([, field]) => !isAbsent(field),
    ),
  ) as DeleteBody
}

const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null
