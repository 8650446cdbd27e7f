/** The versions in which objects may still be kept. */
import type { CustomResourceDefinitionVersion } from '../../../generated/types.ts'
import { type FieldError, invalidValue } from '../../field-error.ts'

export function storedVersionErrors(
  stored: readonly string[],
  versions: readonly CustomResourceDefinitionVersion[] = [],
  path: string,
): FieldError[] {
  if (stored.length === 0) return [invalidValue(path, undefined, 'must have at least one stored version')]
  const names = new Set(versions.map(({ name }) => name))
  const unkept = versions.filter(({ storage, name }) => storage && !stored.includes(name))
  return [
    ...unkept.map(({ name }) => invalidValue(path, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, index) =>
      names.has(name)
        ? []
        : [
            invalidValue(
              `${path}[${index}]`,
              name,
              `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
            ),
          ],
    ),
  ]
}
