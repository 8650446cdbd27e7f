/** For tests: what is wrong with an object of a kind, defaulted as the server would, as `field: message`. */
import { applyDefaults } from '../../defaults/index.ts'
import type { KubeObject } from '../../object.ts'
import type { Resource } from '../../resource.ts'
import { validateObject } from '../validate-object.ts'

/** `before` is what the object replaces. */
export function problemsOf(resource: Resource, value: object, before?: object): string[] {
  const old = before && asStored(resource, before)
  return validateObject(resource, asStored(resource, value), old).map(({ field, message }) => `${field}: ${message}`)
}

/** Of a write of the status alone. */
export function statusProblemsOf(resource: Resource, value: object, before: object): string[] {
  const [object, old] = [asStored(resource, value), asStored(resource, before)]
  return validateObject(resource, object, old, { part: 'status' }).map(({ field, message }) => `${field}: ${message}`)
}

/** What is said of an object that is let pass. */
export function warningsOf(resource: Resource, value: object, before?: object): string[] {
  const warnings: string[] = []
  const old = before && asStored(resource, before)
  validateObject(resource, asStored(resource, value), old, { warn: (text) => warnings.push(text) })
  return warnings
}

/** A copy with other values at the given paths (`spec.ports[0].name`); undefined removes. */
export function withChanges(value: object, changes: Readonly<Record<string, unknown>>): object {
  const copy = structuredClone(value)
  for (const [path, content] of Object.entries(changes)) {
    const keys = path.split('.').flatMap((part) => part.split(/[[\]]+/).filter((key) => key !== ''))
    const last = keys.pop() ?? ''
    const parent = keys.reduce<Record<string, unknown>>(
      (inner, key) => (inner[key] ??= {}) as Record<string, unknown>,
      copy as Record<string, unknown>,
    )
    if (content === undefined) delete parent[last]
    else parent[last] = content
  }
  return copy
}

function asStored(resource: Resource, content: { metadata?: object }): KubeObject {
  const metadata = { name: 'n', ...(resource.namespaced && { namespace: 'ns' }), ...content.metadata }
  const object = structuredClone({ ...content, metadata }) as KubeObject
  applyDefaults(resource, object)
  return object
}
