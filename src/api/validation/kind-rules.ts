/** Which kinds have rules beyond their schema, and where they are. */
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import type { FieldError } from './field-error.ts'

export interface KindRules<T = KubeObject> {
  validate?: (object: T) => FieldError[]
  /** Only what compares with the object as it was. */
  validateUpdate?: (object: T, old: T) => FieldError[]
}

const RULES: Readonly<Record<string, KindRules>> = {}

export function rulesFor(resource: Pick<Resource, 'group' | 'kind'>): KindRules {
  return RULES[`${resource.group}/${resource.kind}`] ?? {}
}
