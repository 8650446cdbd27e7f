/** Wires the controllers of certificate signing requests: approving, signing, and the hourly cleaning. */
import { isApiError, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { periodically } from '../periodically.ts'
import { isOutdated } from './clean.ts'
import { reconcileRequest } from './reconcile.ts'
import type { CertificateSigner } from './signer.ts'

const CLEAN_EVERY_MS = 3_600_000

export async function runCertificateSigningController(
  context: ControllerContext,
  signer: CertificateSigner,
): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const requests = await informers.of(resources.certificatesigningrequests)
  const signing = runController({
    name: 'certificate-signing',
    clock,
    logger,
    signal,
    sources: [source(requests, ({ metadata }) => [metadata.name])],
    reconcile: async (name) => {
      const request = requests.get({ name })
      if (request === undefined) return undefined
      try {
        return await reconcileRequest({ client, clock, signer }, request)
      } catch (error) {
        // The cache was behind; its next event asks again.
        if (isApiError(error, 'Conflict', 'NotFound')) return undefined
        throw error
      }
    },
  })
  const cleaning = periodically(context, 'certificate-cleaner', {
    everyMs: CLEAN_EVERY_MS,
    work: async () => {
      for (const request of requests.list()) {
        if (!isOutdated(request, clock.now())) continue
        await client.delete(resources.certificatesigningrequests, request.metadata).catch((error: unknown) => {
          if (!isApiError(error, 'NotFound')) throw error
        })
      }
    },
  })
  await Promise.all([signing, cleaning])
}
