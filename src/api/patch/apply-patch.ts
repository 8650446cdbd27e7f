/** The three kinds of patch behind one door. */
import type { Resource } from '../resource.ts'
import { schemaFor } from '../schema/index.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import { applyStrategicPatch } from './strategic/apply-strategic-patch.ts'

/** `merge`: application/merge-patch+json; `json`: application/json-patch+json; `strategic`:
 *  application/strategic-merge-patch+json. */
export type PatchType = 'merge' | 'json' | 'strategic'

/** The patched value, not yet decoded or validated; `object` is not changed. Throws ApiError for patches that are
 *  malformed (BadRequest) or do not apply (Invalid). */
export function applyPatch(
  type: PatchType,
  resource: Pick<Resource, 'group' | 'version' | 'kind'>,
  object: unknown,
  patch: unknown,
): unknown {
  if (type === 'json') return applyJsonPatch(object, patch)
  if (type === 'merge') return applyMergePatch(object, patch)
  return applyStrategicPatch(schemaFor(resource), object, patch)
}
