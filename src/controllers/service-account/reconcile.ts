/** Gives each namespace its `default` service account. */
import { apiVersionOf, isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'

const NAME = 'default'

export interface ServiceAccountController {
  client: Client
  namespaces: Informer<k8s.Namespace>
  serviceAccounts: Informer<k8s.ServiceAccount>
}

export async function reconcileServiceAccount(controller: ServiceAccountController, namespace: string): Promise<void> {
  const owner = controller.namespaces.get({ name: namespace })
  if (owner === undefined || owner.metadata.deletionTimestamp !== undefined) return
  if (controller.serviceAccounts.get({ namespace, name: NAME }) !== undefined) return
  const { serviceaccounts } = resources
  try {
    await controller.client.create(serviceaccounts, {
      apiVersion: apiVersionOf(serviceaccounts),
      kind: serviceaccounts.kind,
      metadata: { name: NAME, namespace },
    })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
