/** What a PersistentVolumeClaim costs a quota. Source: kubernetes v1.34,
 *  pkg/quota/v1/evaluator/core/persistent_volume_claims.go. */
import type { PersistentVolumeClaim } from '../generated/types.ts'
import { compareQuantities, roundQuantityUp } from '../quantity/index.ts'
import { storageClassOf } from '../volumes/index.ts'
import { countName } from './names.ts'

const COUNT = countName({ group: '', plural: 'persistentvolumeclaims' })
const CLAIMS = 'persistentvolumeclaims'
const STORAGE = 'requests.storage'
const BY_CLASS = '.storageclass.storage.k8s.io/'

export const isClaimQuota = (name: string): boolean =>
  [COUNT, CLAIMS, STORAGE].includes(name) || name.endsWith(BY_CLASS + CLAIMS) || name.endsWith(BY_CLASS + STORAGE)

export function claimUsage(claim: PersistentVolumeClaim): Record<string, string> {
  const { spec, status } = claim
  const className = storageClassOf(claim)
  const asked = spec?.resources?.requests?.storage
  const given = status?.allocatedResources?.storage
  const storage = asked !== undefined && given !== undefined && compareQuantities(given, asked) > 0 ? given : asked
  const usage: [string, string][] = [
    [CLAIMS, '1'],
    ...(storage === undefined ? [] : [[STORAGE, roundQuantityUp(storage, 0)] as [string, string]]),
  ]
  const byClass = usage.map(([name, amount]): [string, string] => [`${className}${BY_CLASS}${name}`, amount])
  return Object.fromEntries([[COUNT, '1'], ...usage, ...(className === '' ? [] : byClass)])
}
