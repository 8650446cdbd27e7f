/** Whether the defaults of a schema are values that it allows. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema/defaulting/validation.go. */
import { isDeepStrictEqual } from 'node:util'
import { cloneJson, isJsonObject } from '../../decode/index.ts'
import { type FieldError, invalidValue } from '../../validation/field-error.ts'
import { coerceEmbedded, embeddedErrors } from '../embedded-objects.ts'
import { pruneObject, pruneValue } from '../prune.ts'
import type { Structural } from '../schema/structural.ts'
import { validateValue } from '../value/validate-value.ts'
import { toValueSchema } from '../value/value-schema.ts'
import { surround, type ValuePath } from './surrounding-object.ts'

export interface DefaultOptions {
  /** Whether fields that the schema does not know are errors. */
  requirePruned: boolean
  /** The schema's own rules (x-kubernetes-validations) on a default. */
  checkRules?: ((schema: Structural, value: unknown, path: string) => FieldError[]) | undefined
}

interface Place {
  /** The object that the default is part of: the whole, or one embedded in it. */
  root: Structural
  within: ValuePath
  /** Whether this is apiVersion, kind or metadata, or part of them. */
  insideMeta: boolean
}

/** `root` is the schema of a whole object; `path` leads to it. */
export function defaultErrors(root: Structural, path: string, options: DefaultOptions): FieldError[] {
  if (!root.has.defaults) return []
  const resource = { ...root, embeddedResource: true }
  return visit(resource, path, { place: { root: resource, within: [], insideMeta: false }, options })
}

type Walk = { place: Place; options: DefaultOptions }

function visit(schema: Structural, path: string, walk: Walk): FieldError[] {
  if (!schema.has.defaults) return []
  const place = schema.embeddedResource ? { root: schema, within: [], insideMeta: false } : walk.place
  const step = (name: string | number, insideMeta = place.insideMeta): Walk => ({
    place: { ...place, within: [...place.within, name], insideMeta },
    options: walk.options,
  })
  const errors = schema.default === undefined ? [] : errorsOf(schema, `${path}.default`, { ...walk, place })
  if (schema.items) errors.push(...visit(schema.items, `${path}.items`, step(0)))
  for (const [name, inner] of schema.properties) {
    const isMeta = schema.embeddedResource && ['apiVersion', 'kind', 'metadata'].includes(name)
    errors.push(...visit(inner, `${path}.properties[${name}]`, step(name, place.insideMeta || isMeta)))
  }
  return errors
}

function errorsOf(schema: Structural, path: string, { place, options }: Walk): FieldError[] {
  const value = schema.default
  const errors = place.insideMeta ? [] : unknownFields(schema, path, options)
  const meta = place.insideMeta ? errorsInsideMeta(value, path, place) : metaErrors(schema, path)
  if (meta.length > 0) return [...errors, ...meta]
  const own = validateValue(value, toValueSchema(schema.source), { path })
  return [...errors, ...(own.length > 0 ? own : (options.checkRules?.(schema, value, path) ?? []))]
}

function unknownFields(schema: Structural, path: string, { requirePruned }: DefaultOptions): FieldError[] {
  if (!requirePruned) return []
  const pruned = cloneJson(schema.default)
  if (schema.embeddedResource && isJsonObject(pruned)) pruneObject(pruned, schema)
  else pruneValue(pruned, schema)
  return isDeepStrictEqual(pruned, schema.default)
    ? []
    : [invalidValue(path, schema.default, 'must not have unknown fields')]
}

function metaErrors(schema: Structural, path: string): FieldError[] {
  const wrong = coerceEmbedded(schema.default, schema, path)
  return wrong ? [wrong] : embeddedErrors(schema.default, schema, path)
}

/** The metadata of an object as it would be if all of it were defaults. */
function errorsInsideMeta(value: unknown, path: string, { root, within }: Place): FieldError[] {
  const object = surround(cloneJson(value), within)
  if (object === undefined) return []
  object.kind ??= 'Validation'
  object.apiVersion ??= 'validation/v1'
  const wrong = coerceEmbedded(object, root, '', { isResource: true })
  const errors = wrong ? [wrong] : embeddedErrors(object, root, '', true)
  if (errors.length === 0) return []
  const sentences = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))]
  const text = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`
  return [invalidValue(path, value, `must result in valid metadata: ${text}`)]
}
