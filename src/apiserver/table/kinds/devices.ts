/** The group resource.k8s.io. */
import type { k8s } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text } from '../column.ts'

export const resourceClaimPrinter: Printer<k8s.ResourceResourceClaim> = {
  columns: [NAME, text('State', claimState), AGE],
}

function claimState({ metadata, status }: k8s.ResourceResourceClaim): string {
  const deleted = metadata.deletionTimestamp !== undefined
  if (!status?.allocation) return deleted ? 'deleted' : 'pending'
  const states = [...(deleted ? ['deleted'] : []), 'allocated']
  return [...states, ...((status.reservedFor ?? []).length > 0 ? ['reserved'] : [])].join(',')
}

export const resourceSlicePrinter: Printer<k8s.ResourceSlice> = {
  columns: [
    NAME,
    text('Node', ({ spec }) => spec?.nodeName ?? ''),
    text('Driver', ({ spec }) => spec?.driver),
    text('Pool', ({ spec }) => spec?.pool.name),
    AGE,
  ],
}
