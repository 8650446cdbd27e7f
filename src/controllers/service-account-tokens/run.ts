/** Wires the controller of token secrets: a secret asks for itself, an account for the secrets that name it. */
import { isApiError, keyOf, parseKey, resources } from '../../api/index.ts'
import { openInformer, runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { ACCOUNT_NAME, type IssueLegacyToken, reconcileTokenSecret, TOKEN_SECRET_TYPE } from './reconcile.ts'

export interface LegacyTokenSource {
  caPem: string
  issueToken: IssueLegacyToken
}

export async function runServiceAccountTokensController(
  context: ControllerContext,
  tokens: LegacyTokenSource,
): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const serviceAccounts = await informers.of(resources.serviceaccounts)
  await using secrets = await openInformer(client, resources.secrets, {
    fieldSelector: `type=${TOKEN_SECRET_TYPE}`,
    signal,
    clock,
    logger,
  })
  const ofAccount = secrets.index(({ metadata }) => [`${metadata.namespace}/${metadata.annotations?.[ACCOUNT_NAME]}`])
  await runController({
    name: 'serviceaccount-token',
    clock,
    logger,
    signal,
    sources: [
      source(secrets, (secret) => [keyOf(secret)]),
      source(serviceAccounts, (account) => ofAccount(keyOf(account)).map(keyOf)),
    ],
    reconcile: async (key) => {
      const secret = secrets.get(parseKey(key))
      if (secret === undefined) return
      try {
        await reconcileTokenSecret({ client, ...tokens }, secret)
      } catch (error) {
        // The cache was behind; its next event asks again.
        if (!isApiError(error, 'Conflict', 'NotFound')) throw error
      }
    },
  })
}
