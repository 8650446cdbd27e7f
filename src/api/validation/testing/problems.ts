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

function asStored(resource: Resource, content: object): KubeObject {
  const metadata = { name: 'n', ...(resource.namespaced && { namespace: 'ns' }) }
  const object = structuredClone({ metadata, ...content }) as KubeObject
  applyDefaults(resource, object)
  return object
}
