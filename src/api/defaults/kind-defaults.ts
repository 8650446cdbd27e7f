/** Which kinds have defaults beyond their schema, and where they are. */
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'

const DEFAULTS: Readonly<Record<string, (object: never) => void>> = {}

export function defaultsFor(
  resource: Pick<Resource, 'group' | 'version' | 'kind'>,
): ((object: KubeObject) => void) | undefined {
  return DEFAULTS[`${resource.group}/${resource.kind}`] as ((object: KubeObject) => void) | undefined
}
