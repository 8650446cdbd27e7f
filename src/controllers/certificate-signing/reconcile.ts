/** Approves what may be approved by itself, and signs what is approved for one of the cluster's own signers.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/certificates (approver, signer). */
import { type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import { approveKubelet } from './approve.ts'
import { signerCheck } from './recognize.ts'
import type { CertificateSigner } from './signer.ts'

/** The longest life, and that of certificates that ask for none. */
const LONGEST_MS = 365 * 24 * 3_600_000
const SHORTEST_MS = 10 * 60_000
/** Rights may come later. */
const ASK_AGAIN_MS = 60_000

export interface CertificateSigning {
  client: Client
  clock: Clock
  signer: CertificateSigner
}

/** Resolves to when to look again, if not at the next change. */
export async function reconcileRequest(
  { client, clock, signer }: CertificateSigning,
  request: k8s.CertificateSigningRequest,
): Promise<number | undefined> {
  const { signerName, usages = [], expirationSeconds } = request.spec
  const check = signerCheck(signerName)
  if (check === undefined || request.status?.certificate || has(request, 'Denied') || has(request, 'Failed'))
    return undefined
  const pem = Buffer.from(request.spec.request, 'base64').toString('utf8')
  const subject = await signer.read(pem)
  if (!has(request, 'Approved'))
    return (await approveKubelet(client, request, subject)) === 'refused' ? ASK_AGAIN_MS : undefined
  const problem = check(subject, usages)
  if (problem !== undefined) {
    await fail(client, request, { message: problem, now: toKubernetesTime(clock.now()) })
    return undefined
  }
  const certificate = await signer.sign(pem, { usages, lifetimeMs: lifetimeOf(expirationSeconds) })
  const status = { ...request.status, certificate: Buffer.from(certificate).toString('base64') }
  await client.updateStatus(resources.certificatesigningrequests, { ...request, status })
  return undefined
}

const has = ({ status }: k8s.CertificateSigningRequest, type: string) =>
  (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True')

const lifetimeOf = (seconds: number | undefined) =>
  seconds === undefined ? LONGEST_MS : Math.min(Math.max(seconds * 1000, SHORTEST_MS), LONGEST_MS)

async function fail(
  client: Client,
  request: k8s.CertificateSigningRequest,
  { message, now }: { message: string; now: string },
): Promise<void> {
  const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime: now }
  const conditions = [...(request.status?.conditions ?? []), failed]
  await client.updateStatus(resources.certificatesigningrequests, {
    ...request,
    status: { ...request.status, conditions },
  })
}
