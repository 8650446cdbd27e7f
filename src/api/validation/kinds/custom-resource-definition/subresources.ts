/** Where a custom kind keeps what the scale subresource shows. */
import type { CustomResourceSubresources } from '../../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'
import { simplePathErrors } from './simple-path.ts'

export function subresourceErrors(subresources: CustomResourceSubresources | undefined, path: string): FieldError[] {
  const { scale } = subresources ?? {}
  if (scale === undefined) return []
  const selector = scale.labelSelectorPath
  return [
    ...(scale.specReplicasPath
      ? pathErrors(scale.specReplicasPath, `${path}.scale.specReplicasPath`, ['.spec.'], 'under .spec')
      : [required(`${path}.scale.specReplicasPath`)]),
    ...(scale.statusReplicasPath
      ? pathErrors(scale.statusReplicasPath, `${path}.scale.statusReplicasPath`, ['.status.'], 'under .status')
      : [required(`${path}.scale.statusReplicasPath`)]),
    ...(selector
      ? pathErrors(selector, `${path}.scale.labelSelectorPath`, ['.spec.', '.status.'], 'under either .spec or .status')
      : []),
  ]
}

function pathErrors(text: string, field: string, roots: readonly string[], where: string): FieldError[] {
  const errors = simplePathErrors(text, field)
  if (errors.length > 0 || roots.some((root) => text.startsWith(root))) return errors
  return [invalidValue(field, text, `should be a json path ${where}`)]
}
