/** The seam to src/api: decoding, defaults, validation, patches and selectors. */
import { apiError, type FieldError, type KubeObject, type Resource } from '../../api/index.ts'
import { sameJson } from './same-json.ts'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'
export interface Requirement {
  key: string
  operator: string
  values: string[]
}

export function decodeObject(
  resource: Resource,
  value: unknown,
  _options: { fieldValidation?: FieldValidation } = {},
): { object: KubeObject; warnings: string[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw apiError(
      'BadRequest',
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: json: cannot unmarshal into Go value of type ${resource.version}.${resource.kind}`,
    )
  const object = value as KubeObject
  object.metadata ??= {} as KubeObject['metadata']
  return { object, warnings: [] }
}
export function applyDefaults(_resource: Resource, _object: KubeObject): void {}
export function validateObject(_resource: Resource, object: KubeObject, _old?: KubeObject): FieldError[] {
  return object.metadata.name
    ? []
    : [
        {
          type: 'FieldValueRequired',
          field: 'metadata.name',
          message: 'Required value: name or generateName is required',
        },
      ]
}
export function applyPatch(
  type: 'merge' | 'json' | 'strategic',
  _resource: Resource,
  object: unknown,
  patch: unknown,
): unknown {
  if (type === 'json') throw apiError('UnsupportedMediaType', 'json patch')
  return merge(object, patch)
}
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const out: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [k, v] of Object.entries(patch))
    if (v === null) delete out[k]
    else out[k] = merge(out[k], v)
  return out
}
export function parseLabelSelector(text: string): Requirement[] {
  return text
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const m = /^([^=!]+?)(==?|!=)(.*)$/.exec(part)
      return m
        ? { key: m[1] as string, operator: m[2] as string, values: [m[3] as string] }
        : { key: part, operator: 'exists', values: [] }
    })
}
export function matchesLabels(
  requirements: readonly Requirement[],
  labels: Record<string, string> | undefined,
): boolean {
  return requirements.every((r) =>
    r.operator === 'exists'
      ? Object.hasOwn(labels ?? {}, r.key)
      : (r.operator === '!=') !== ((labels ?? {})[r.key] === r.values[0]),
  )
}
export const parseFieldSelector = parseLabelSelector
export function matchesFields(_resource: Resource, requirements: readonly Requirement[], object: KubeObject): boolean {
  return requirements.every((r) => {
    const v = r.key.split('.').reduce<unknown>((o, k) => (o as Record<string, unknown> | undefined)?.[k], object) ?? ''
    return (r.operator === '!=') !== sameJson(String(v), r.values[0])
  })
}
