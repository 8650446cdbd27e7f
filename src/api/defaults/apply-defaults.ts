/** Brings an object to the form in which it is stored: what was left out is filled in. */
import type { JsonObject } from '../decode/index.ts'
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { schemaFor } from '../schema/index.ts'
import { defaultsFor } from './kind-defaults.ts'
import { applySchemaDefaults } from './schema-defaults.ts'

/** Changes `object`, which must be decoded, in place. Doing it twice changes nothing more. */
export function applyDefaults(resource: Pick<Resource, 'group' | 'version' | 'kind'>, object: KubeObject): void {
  applySchemaDefaults(schemaFor(resource), object as unknown as JsonObject)
  defaultsFor(resource)?.(object)
}
