/** Checks a value against a schema. The order of checks, the counting of what went well and with it the choice among
 *  alternatives are those of k8s.io/kube-openapi, pkg/validation/validate. */
import { isDeepStrictEqual } from 'node:util'
import { getOwn, isJsonObject, type JsonObject } from '../../decode/index.ts'
import { checkAlternatives } from './check-alternatives.ts'
import { checkNumber, checkText } from './check-scalars.ts'
import type { Correlation } from './correlation.ts'
import { isInt64 } from './go-number.ts'
import * as problems from './problems.ts'
import { Result } from './result.ts'
import type { ValueSchema } from './value-schema.ts'

export interface Subject {
  value: unknown
  /** `spec.list[0].field`; empty for the object itself. */
  path: string
  /** What the value was before an update; what was wrong and has not changed is let pass. */
  before?: Correlation | undefined
}

export function checkValue(schema: ValueSchema, subject: Subject): Result {
  const result = checkFresh(schema, subject)
  if (result.valid || subject.before === undefined || !subject.before.unchanged()) return result
  const forgiven = new Result()
  forgiven.matches = result.matches
  return forgiven
}

function checkFresh(schema: ValueSchema, subject: Subject): Result {
  const { value, path } = subject
  const result = new Result()
  checkType(schema, subject, result)
  if (value === null || value === undefined) {
    checkEnum(schema, subject, result)
    return result
  }
  result.matches += 2
  if (schema.alternatives) checkAlternatives(schema.alternatives, { value, path, check: checkValue }, result)
  if (typeof value === 'string') checkText(schema, { value, path }, result)
  else if (typeof value === 'number' || typeof value === 'bigint') checkNumber(schema.limits, { value, path }, result)
  else if (Array.isArray(value)) checkList(schema, { ...subject, value }, result)
  checkEnum(schema, subject, result)
  result.matches += 1
  if (isJsonObject(value)) checkObject(schema, { ...subject, value }, result)
  result.matches += 1
  return result
}

function jsonType(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return isInt64(value) ? 'integer' : 'number'
  if (Array.isArray(value)) return 'array'
  return typeof value
}

function checkType(schema: ValueSchema, { value, path }: Subject, result: Result): void {
  const { types, format } = schema
  if (value === null || value === undefined) {
    if (types.length > 0 && !schema.nullable) result.add(problems.wrongType(path, types.join(','), 'null'))
    else result.matches += 1
    return
  }
  if (types.length === 0 && format === undefined) return
  result.matches += 1
  const type = jsonType(value)
  const fits =
    types.includes(type) ||
    (type === 'integer' && types.includes('number')) ||
    (type === 'number' && Number.isSafeInteger(value) && types.includes('integer'))
  const carriesFormat = type === 'string' || type === 'array'
  if (format !== undefined && !carriesFormat && !fits)
    result.add(problems.wrongType(path, format.name, type === 'integer' ? 'int64' : type === 'number' ? 'float64' : ''))
  else if (fits || (format !== undefined && carriesFormat && !isNumeric(types))) result.matches += 1
  else result.add(problems.wrongType(path, types.join(','), type))
}

const isNumeric = (types: readonly string[]) => types.includes('number') || types.includes('integer')

function checkEnum(schema: ValueSchema, { value, path }: Subject, result: Result): void {
  if (schema.enum.length === 0) return
  const isOne = value !== null && value !== undefined && schema.enum.some((one) => isDeepStrictEqual(one, value))
  if (!isOne) result.add(problems.notInEnum(path, value ?? null, schema.enum))
}

function checkList(schema: ValueSchema, subject: Subject & { value: unknown[] }, result: Result): void {
  const { value, path, before } = subject
  const { maxItems, minItems, uniqueItems } = schema.limits
  if (schema.items)
    for (const [index, item] of value.entries()) {
      if (result.full) break
      result.merge(checkValue(schema.items, { value: item, path: `${path}[${index}]`, before: before?.item(index) }))
    }
  if (minItems !== undefined && value.length < minItems) result.add(problems.tooFewItems(path, minItems, value.length))
  if (maxItems !== undefined && value.length > maxItems) result.add(problems.tooManyItems(path, maxItems, value.length))
  if (uniqueItems && new Set(value.map((item) => canonicalText(item))).size < value.length)
    result.add(problems.duplicateItems(path))
  result.matches += 2
}

function checkObject(schema: ValueSchema, subject: Subject & { value: JsonObject }, result: Result): void {
  const { value, path, before } = subject
  const { maxProperties, minProperties } = schema.limits
  const keys = Object.keys(value)
  if (minProperties !== undefined && keys.length < minProperties)
    result.add(problems.tooFewProperties(path, minProperties, keys.length))
  if (maxProperties !== undefined && keys.length > maxProperties)
    result.add(problems.tooManyProperties(path, maxProperties, keys.length))
  if (schema.additional !== undefined)
    for (const key of keys) {
      if (result.full) break
      if (schema.properties.has(key)) continue
      if (schema.additional === false) result.add(problems.propertyNotAllowed(path, key))
      else
        result.merge(
          checkValue(schema.additional, {
            value: value[key],
            path: `${path}.${key}`,
            before: before?.field(key, path),
          }),
        )
    }
  for (const [name, property] of schema.properties) {
    if (!Object.hasOwn(value, name)) continue
    const inner = path === '' ? name : `${path}.${name}`
    result.merge(checkValue(property, { value: getOwn(value, name), path: inner, before: before?.field(name, path) }))
  }
  for (const name of schema.required) if (!Object.hasOwn(value, name)) result.add(problems.missing(`${path}.${name}`))
}

/** The same text for values that differ in the order of keys only. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null'
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`)
  return `{${fields.join()}}`
}
