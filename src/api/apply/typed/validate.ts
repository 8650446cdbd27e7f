/** Whether a value has the shape of its type, in structured-merge-diff's words (which show Go's values).
 *  Source: structured-merge-diff v6, typed/validate.go. */
import type { JsonObject } from '../../decode/index.ts'
import { elementText, fieldElement } from '../path-element.ts'
import { fieldType, type ListForm, type MapForm, type ScalarForm, type TypeNode } from '../type-node.ts'
import { formOf } from './form.ts'
import { goFormat, goSyntax, goType } from './go-format.ts'
import { ItemError, itemElement } from './item-element.ts'

export interface ShapeError {
  /** `.spec.containers[name="a"].image`; empty for the value itself. */
  path: string
  message: string
}

/** One line for one error, else one line each below `errors:`. */
export function shapeMessage(errors: readonly ShapeError[]): string {
  const lines = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return lines.length === 1 ? (lines[0] ?? '') : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n')
}

/** `allowDuplicates`: of items of lists, as objects may have that were not applied. */
export function validateShape(type: TypeNode, value: unknown, options: { allowDuplicates: boolean }): ShapeError[] {
  const errors: ShapeError[] = []
  visit(type, value, { path: '', errors, ...options })
  return errors
}

interface Visit {
  path: string
  errors: ShapeError[]
  allowDuplicates: boolean
}

function visit(type: TypeNode, value: unknown, at: Visit): void {
  const form = formOf(type, value)
  if (form === 'map' && type.map !== undefined) visitMap(type.map, value, at)
  else if (form === 'list' && type.list !== undefined) visitList(type.list, value, at)
  else if (type.scalar !== undefined) visitScalar(type.scalar, value, at)
}

function visitScalar(form: ScalarForm, value: unknown, { path, errors }: Visit): void {
  if (value === null || value === undefined) return
  const wrong = (message: string) => errors.push({ path, message })
  if (form === 'untyped') {
    if (typeof value === 'object') wrong(`expected any scalar, got &{${goFormat(value)}}`)
  } else if (form === 'number') {
    if (typeof value !== 'number' && typeof value !== 'bigint')
      wrong(`expected numeric (int or float), got ${goType(value)}`)
  } else if (form === 'string') {
    if (typeof value !== 'string') wrong(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`)
  } else if (typeof value !== 'boolean') wrong(`expected boolean, got &{${goFormat(value)}}`)
}

function visitMap(map: MapForm, value: unknown, at: Visit): void {
  if (value === null || value === undefined) return
  if (typeof value !== 'object' || Array.isArray(value)) {
    at.errors.push({ path: at.path, message: `expected map, got &{${goFormat(value)}}` })
    return
  }
  const object = value as JsonObject
  for (const name of Object.keys(object)) {
    if (object[name] === undefined) continue
    const path = at.path + elementText(fieldElement(name))
    const type = fieldType(map, name)
    if (type === undefined) {
      at.errors.push({ path, message: 'field not declared in schema' })
      // As there: an object with an unknown field is not looked at further.
      return
    }
    visit(type, object[name], { ...at, path })
  }
}

function visitList(list: ListForm, value: unknown, at: Visit): void {
  if (value === null || value === undefined) return
  if (!Array.isArray(value)) {
    at.errors.push({ path: at.path, message: `expected list, got &{${goFormat(value)}}` })
    return
  }
  const seen = new Set<string>()
  for (const [i, item] of value.entries()) {
    const element = elementOf(list, item, i, at)
    if (element === undefined) return
    if (seen.has(element) && !at.allowDuplicates)
      at.errors.push({ path: at.path, message: `duplicate entries for key ${elementText(element)}` })
    seen.add(element)
    visit(list.items, item, { ...at, path: at.path + elementText(element) })
  }
}

function elementOf(list: ListForm, item: unknown, i: number, at: Visit): string | undefined {
  if (list.atomic) return `i:${i}`
  try {
    return itemElement(list, item)
  } catch (error) {
    if (!(error instanceof ItemError)) throw error
    at.errors.push({ path: at.path, message: `element ${i}: ${error.message}` })
    return undefined
  }
}
