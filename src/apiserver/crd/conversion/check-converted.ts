/** What a conversion webhook may change: nothing of the metadata but labels and annotations.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/conversion/webhook_converter.go (validateConvertedObject,
 *  restoreObjectMeta). */
import { cloneJson, isJsonObject, type JsonObject } from '../../../api/index.ts'
import { validateAnnotations, validateLabels } from '../../../api/machinery.ts'
import { valueText } from '../paths/value-text.ts'
import type { AnyObject } from '../../registry/any-object.ts'

export type Checked = { object: AnyObject } | { what: string; error: string }

const wrong = (error: string): Checked => ({ what: 'invalid converted object', error })
const wrongMetadata = (error: string): Checked => ({ what: 'invalid metadata in object', error })

export function checkConverted(original: AnyObject, converted: unknown, apiVersion: string): Checked {
  if (!isJsonObject(converted)) return wrong('invalid type')
  const received = typeof converted.apiVersion === 'string' ? converted.apiVersion : ''
  if (received !== apiVersion) return wrong(`invalid groupVersion (expected ${apiVersion}, received ${received})`)
  if (converted.kind !== original.kind)
    return wrong(`invalid kind (expected ${original.kind ?? ''}, received ${valueText(converted.kind ?? '')})`)
  const { metadata } = converted
  if (metadata === undefined) return wrongMetadata('missing metadata in converted object')
  if (!isJsonObject(metadata)) return wrongMetadata('invalid metadata in converted object')
  const changed = changedIdentity(original, metadata)
  if (changed !== undefined) return wrong(changed)
  const restored: JsonObject = { ...cloneJson(original.metadata) }
  for (const field of ['labels', 'annotations'] as const) {
    const error = take(restored, metadata, field)
    if (error !== undefined) return wrongMetadata(error)
  }
  return { object: { ...converted, metadata: restored } as unknown as AnyObject }
}

function changedIdentity({ metadata }: AnyObject, converted: JsonObject): string | undefined {
  for (const [field, word] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const [before, after] = [metadata[field] ?? '', converted[field] ?? '']
    if (before !== after) return `must have the same ${word}: ${before} != ${valueText(after)}`
  }
  return undefined
}

function take(restored: JsonObject, converted: JsonObject, field: 'labels' | 'annotations'): string | undefined {
  const value = converted[field]
  if (value === undefined || value === null) {
    delete restored[field]
    return undefined
  }
  if (!isJsonObject(value)) return `invalid metadata.${field} in converted object`
  const stranger = Object.entries(value).find(([, one]) => typeof one !== 'string')
  if (stranger)
    return `metadata.${field}[${stranger[0]}] must be a string, but is ${typeof stranger[1]} in converted object`
  const texts = value as Record<string, string>
  const errors =
    field === 'labels' ? validateLabels(texts, 'metadata.labels') : validateAnnotations(texts, 'metadata.annotation')
  if (errors.length > 0) return errors.map((error) => `${error.field}: ${error.message}`).join(', ')
  restored[field] = texts
  return undefined
}
