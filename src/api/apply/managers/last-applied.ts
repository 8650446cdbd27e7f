/** kubectl's own record of client-side apply: what it names may be taken over without a conflict when kubectl turns to
 *  server-side apply, and the record is kept up to date.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal/lastapplied*.go. */
import { isJsonObject, type JsonObject, parseJson } from '../../decode/index.ts'
import { difference, type FieldSet } from '../field-set.ts'
import type { TypeNode } from '../type-node.ts'
import { compare } from '../typed/compare.ts'
import { fieldSetOf } from '../typed/field-set-of.ts'
import { validateShape } from '../typed/validate.ts'

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'
/** The only manager that the record is for. */
export const KUBECTL = 'kubectl'
/** Of all annotations of an object together. */
const MAX_ANNOTATION_BYTES = 256 * 1024

/** What client-side apply set and nobody changed since; undefined where there is no sound record in this version. */
export function appliedByClient(type: TypeNode, live: JsonObject, apiVersion: string): FieldSet | undefined {
  const applied = parse(annotationsOf(live)?.[ANNOTATION])
  if (applied === undefined || applied['apiVersion'] !== apiVersion) return undefined
  if (validateShape(type, applied, { allowDuplicates: false }).length > 0) return undefined
  const { modified, added, removed } = compare(type, applied, live)
  return difference(difference(difference(fieldSetOf(type, applied), modified), added), removed)
}

function annotationsOf(object: JsonObject): JsonObject | undefined {
  const { metadata } = object
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined
  return isJsonObject(annotations) ? annotations : undefined
}

function parse(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  try {
    const value: unknown = parseJson(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** `object` with its record, if it has one, saying what is applied now. The object itself is not changed. */
export function withRecord(object: JsonObject, config: JsonObject): JsonObject {
  const annotations = annotationsOf(object)
  if (!annotations?.[ANNOTATION]) return object
  const updated: JsonObject = { ...annotations, [ANNOTATION]: recordOf(config) }
  if (sizeOf(updated) > MAX_ANNOTATION_BYTES) delete updated[ANNOTATION]
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), annotations: updated } }
}

function sizeOf(annotations: JsonObject): number {
  let bytes = 0
  for (const [key, value] of Object.entries(annotations))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(textOf(value))
  return bytes
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function recordOf(config: JsonObject): string {
  const annotations = annotationsOf(config)
  if (annotations === undefined) return `${JSON.stringify(sorted(config))}\n`
  const { [ANNOTATION]: _, ...others } = annotations
  const metadata = { ...(config['metadata'] as JsonObject), annotations: others }
  return `${JSON.stringify(sorted({ ...config, metadata }))}\n`
}

/** As Go writes maps: by key. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
