/** Wires the publisher of the cluster's CA. Of all config maps it holds only its own. */
import { isApiError, resources } from '../../api/index.ts'
import { openInformer, runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { reconcileRootCa, ROOT_CA_NAME } from './reconcile.ts'

export async function runRootCaController(context: ControllerContext, caPem: string): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const namespaces = await informers.of(resources.namespaces)
  await using configMaps = await openInformer(informers.client, resources.configmaps, {
    fieldSelector: `metadata.name=${ROOT_CA_NAME}`,
    signal,
    clock,
    logger,
  })
  await runController({
    name: 'root-ca',
    clock,
    logger,
    signal,
    sources: [
      source(namespaces, ({ metadata }) => [metadata.name]),
      source(configMaps, ({ metadata }) => [metadata.namespace ?? '']),
    ],
    reconcile: async (namespace) => {
      try {
        await reconcileRootCa({ client, caPem, namespaces, configMaps }, namespace)
      } catch (error) {
        // The cache was behind; its next event asks again.
        if (!isApiError(error, 'AlreadyExists')) throw error
      }
    },
  })
}
