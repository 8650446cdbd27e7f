/** The server's tokens over its own store. */
import { type k8s, resources } from '../../../api/index.ts'
import { type Clock, errorMessage } from '../../../lib/index.ts'
import type { Store } from '../../../store/index.ts'
import { updateObject } from '../../registry/update.ts'
import { serverContext } from '../../registry/write-context.ts'
import type { Backend } from '../../server/context.ts'
import { ServiceAccountTokens } from './service-account-tokens.ts'
import type { SigningKey } from './signing-key.ts'

/** `backend` may still be in the making: it is not touched before the first token. */
export function openServiceAccountTokens(
  backend: () => Backend,
  key: SigningKey,
  { clock, store }: { clock: Clock; store: Store },
): ServiceAccountTokens {
  return new ServiceAccountTokens({
    key,
    clock,
    store,
    serviceAccounts: { get: (ref) => backend().views.of(resources.serviceaccounts).get(ref) },
    markUsed: (secret, label) => void markUsed(backend(), secret, label),
  })
}

async function markUsed(
  backend: Backend,
  { metadata }: k8s.Secret,
  { key, day }: { key: string; day: string },
): Promise<void> {
  const change = (current: Parameters<Parameters<typeof updateObject>[3]>[0]) => {
    if (current.metadata.uid === metadata.uid) current.metadata.labels = { ...current.metadata.labels, [key]: day }
    delete current.metadata.resourceVersion
    return current
  }
  try {
    await updateObject(backend, resources.secrets, metadata, change, { part: 'spec', context: serverContext() })
  } catch (error) {
    backend.logger.debug(
      { secret: `${metadata.namespace}/${metadata.name}`, error: errorMessage(error) },
      'the use of a token could not be noted',
    )
  }
}
