/** ServiceAccounts. Source: kubernetes v1.34, pkg/registry/core/serviceaccount. */
import type { ServiceAccount } from '../../generated/types.ts'
import type { KindRules } from '../kind-rules.ts'

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets'
const isMarked = ({ metadata }: ServiceAccount): boolean => Object.hasOwn(metadata.annotations ?? {}, MOUNTABLE)

export const serviceAccountRules: KindRules<ServiceAccount> = {
  warnings: (account, old) =>
    isMarked(account) && !(old !== undefined && isMarked(old))
      ? [
          `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
        ]
      : [],
}
