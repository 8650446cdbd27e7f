/** Fields that an apply would change though others own them.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal/conflict.go. */
import type { StatusCause } from '../../generated/types.ts'
import { type ApiError, apiError } from '../../status.ts'
import { difference, type FieldSet, isEmpty, union, EMPTY } from '../field-set.ts'
import { pathTexts } from '../fields-v1.ts'
import { type Owner, ownerKey } from './managed.ts'

export interface OwnerConflict {
  owner: Owner
  fields: FieldSet
}

export class ApplyConflicts extends Error {
  override name = 'ApplyConflicts'
  readonly conflicts: readonly OwnerConflict[]

  constructor(conflicts: readonly OwnerConflict[]) {
    super('conflicts')
    this.conflicts = conflicts
  }

  get fields(): FieldSet {
    return this.conflicts.reduce<FieldSet>((all, { fields }) => union(all, fields), EMPTY)
  }

  /** Without those about `allowed` fields. */
  except(allowed: FieldSet): ApplyConflicts {
    const left = this.conflicts.map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    return new ApplyConflicts(left.filter(({ fields }) => !isEmpty(fields)))
  }

  toApiError(): ApiError {
    const byOwner = this.conflicts
      .map(({ owner, fields }) => ({ key: ownerKey(owner), name: ownerText(owner), paths: pathTexts(fields) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    const count = byOwner.reduce((sum, { paths }) => sum + paths.length, 0)
    const [first] = byOwner
    const message =
      count === 1
        ? `Apply failed with 1 conflict: conflict with ${first?.name}: ${first?.paths[0]}`
        : `Apply failed with ${count} conflicts: ${byOwner
            .flatMap(({ name, paths }) => [`conflicts with ${name}:`, ...paths.map((path) => `- ${path}`)])
            .join('\n')}`
    const causes = byOwner.flatMap(({ name, paths }) =>
      paths.map((field): StatusCause => ({ reason: 'FieldManagerConflict', message: `conflict with ${name}`, field })),
    )
    return apiError('Conflict', message, { causes })
  }
}

function ownerText({ manager, operation, apiVersion, subresource }: Owner): string {
  const name = JSON.stringify(manager) + (subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`)
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}
