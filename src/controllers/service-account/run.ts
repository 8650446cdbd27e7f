/** Wires the service account controller: a namespace, or the loss of its account, asks for the namespace. */
import { resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { reconcileServiceAccount } from './reconcile.ts'

export async function runServiceAccountController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [namespaces, serviceAccounts] = await Promise.all([
    informers.of(resources.namespaces),
    informers.of(resources.serviceaccounts),
  ])
  await runController({
    name: 'serviceaccount',
    clock,
    logger: context.logger,
    signal: context.signal,
    sources: [
      source(namespaces, ({ metadata }) => [metadata.name]),
      source(serviceAccounts, ({ metadata }) => (metadata.name === 'default' ? [metadata.namespace ?? ''] : [])),
    ],
    reconcile: (namespace) => reconcileServiceAccount({ client, namespaces, serviceAccounts }, namespace),
  })
}
