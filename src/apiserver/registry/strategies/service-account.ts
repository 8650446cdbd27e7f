/** ServiceAccounts: of their secrets they know the names only. Source: k8s.io/kubernetes v1.34,
 *  pkg/registry/core/serviceaccount. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

export const serviceAccountStrategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate: namesOfSecrets,
  prepareForUpdate: namesOfSecrets,
}

function namesOfSecrets(object: AnyObject): void {
  const account = object as unknown as k8s.ServiceAccount
  account.secrets = account.secrets?.map(({ name }) => (name === undefined ? {} : { name }))
  if (account.secrets === undefined) delete account.secrets
}
