/** Query parameters and options that several verbs read. All throw ApiError `BadRequest`. */
import { apiError } from '../../api/index.ts'
import type { FieldValidation } from '../../api/machinery.ts'
import { parseBody } from '../server/request-body.ts'
import type { ResourceRequest } from '../server/context.ts'
import type { DeleteOptions } from '../registry/strategy.ts'

export function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun').filter((value) => value !== '')
  if (values.length === 0) return false
  if (values.every((value) => value === 'All')) return true
  throw apiError(
    'BadRequest',
    `dryRun: Unsupported value: ${JSON.stringify(values.find((value) => value !== 'All'))}: supported values: "All"`,
  )
}

const VALIDATIONS: readonly string[] = ['Ignore', 'Warn', 'Strict']

/** What happens with unknown fields; `Warn` when nothing is said. */
export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const value = query.get('fieldValidation') || 'Warn'
  if (VALIDATIONS.includes(value)) return value as FieldValidation
  throw apiError(
    'BadRequest',
    `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Warn", "Strict"`,
  )
}

/** A whole number of at least 0; `undefined` when absent. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw apiError('BadRequest', `${name}: Invalid value: ${JSON.stringify(text)}: must be a whole number of at least 0`)
}

export interface DeleteParameters extends DeleteOptions {
  dryRun: boolean
}

/** Options of a delete: from the query, and from the body, which wins. */
export function deleteParameters({ request, info }: Pick<ResourceRequest, 'request' | 'info'>): DeleteParameters {
  const body = request.body.trim() === '' ? {} : deleteOptionsOf(parseBody(request.body, 'json'))
  const grace = wholeNumber(info.query, 'gracePeriodSeconds')
  const orphan = body.orphanDependents === undefined ? undefined : body.orphanDependents ? 'Orphan' : 'Background'
  return {
    gracePeriodSeconds: body.gracePeriodSeconds ?? grace,
    propagationPolicy: body.propagationPolicy ?? orphan ?? info.query.get('propagationPolicy') ?? undefined,
    preconditions: body.preconditions,
    dryRun: isDryRun(info.query) || (body.dryRun ?? []).includes('All'),
  }
}

interface DeleteBody extends DeleteOptions {
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
