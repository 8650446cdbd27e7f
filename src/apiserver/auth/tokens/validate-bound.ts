/** Whether a token that names the objects it is bound to still holds. The words are Kubernetes'.
 *  Source: k8s.io/kubernetes v1.34, pkg/serviceaccount/claims.go (validator). */
import { type ObjectRef, type Resource, resources, type UserInfo } from '../../../api/index.ts'
import type { StoreView } from '../../server/store-view.ts'
import { type BoundClaims, type ObjectClaim, serviceAccountGroups, serviceAccountUser } from './claims.ts'
import { type ObjectFactsReader, timeOf } from './object-facts.ts'
import { TokenError } from './token-error.ts'

/** Clocks differ, and what is being deleted still has things to finish. */
const LEEWAY_MS = 60_000
const INVALIDATED = 'service account token has been invalidated'

export interface BoundTokenContext {
  nowMs: number
  serviceAccounts: Pick<StoreView, 'get'>
  objects: ObjectFactsReader
  /** Annotates the request's audit event. */
  annotate: (key: string, value: string) => void
}

/** Throws TokenError. `claims` are of a token whose signature is good. */
export async function validateBound(claims: BoundClaims, context: BoundTokenContext): Promise<void> {
  const { nowMs } = context
  checkTimes(claims, nowMs)
  const { namespace, pod, secret, node, warnafter } = claims['kubernetes.io']
  checkAccount(claims, context)
  if (secret !== undefined)
    await checkBound(context, { resource: resources.secrets, ref: { ...secret, namespace }, claim: secret })
  if (pod !== undefined) await checkBound(context, { resource: resources.pods, ref: { ...pod, namespace }, claim: pod })
  else if (node !== undefined) await checkBound(context, { resource: resources.nodes, ref: node, claim: node })
  if (warnafter !== undefined && nowMs > warnafter * 1000)
    context.annotate(
      'authentication.k8s.io/stale-token',
      `subject: ${claims.sub}, seconds after warning threshold: ${Math.floor(nowMs / 1000) - warnafter}`,
    )
}

export function boundUser(claims: BoundClaims): UserInfo {
  const { namespace, serviceaccount } = claims['kubernetes.io']
  return {
    name: serviceAccountUser({ namespace, name: serviceaccount.name }),
    uid: serviceaccount.uid ?? '',
    groups: serviceAccountGroups(namespace),
    extra: extraOf(claims),
  }
}

function checkTimes({ exp, nbf, iat }: Partial<BoundClaims>, nowMs: number): void {
  if (exp !== undefined && nowMs - LEEWAY_MS > exp * 1000) throw new TokenError('service account token has expired')
  if (nbf !== undefined && nowMs + LEEWAY_MS < nbf * 1000)
    throw new TokenError('service account token is not valid yet')
  if (iat !== undefined && nowMs + LEEWAY_MS < iat * 1000)
    throw new TokenError('service account token is issued in the future')
}

function checkAccount(claims: BoundClaims, { serviceAccounts, nowMs }: BoundTokenContext): void {
  const { namespace, serviceaccount } = claims['kubernetes.io']
  const account = serviceAccounts.get({ namespace, name: serviceaccount.name })
  if (account === undefined) throw new TokenError(`serviceaccounts "${serviceaccount.name}" not found`)
  const { uid, deletionTimestamp } = account.metadata
  if (uid !== serviceaccount.uid)
    throw new TokenError(`service account UID (${uid}) does not match claim (${serviceaccount.uid})`)
  if (isOver(timeOf(deletionTimestamp), nowMs))
    throw new TokenError(`service account ${namespace}/${serviceaccount.name} has been deleted`)
}

async function checkBound(
  { objects, nowMs }: BoundTokenContext,
  { resource, ref, claim }: { resource: Resource; ref: ObjectRef; claim: ObjectClaim },
): Promise<void> {
  const facts = await objects.of(resource, ref)
  if (facts === undefined) throw new TokenError(INVALIDATED)
  const kind = resource.singular
  if (facts.uid !== claim.uid)
    throw new TokenError(`${kind} UID (${facts.uid}) does not match service account ${kind} ref claim (${claim.uid})`)
  if (isOver(facts.deletedAtMs, nowMs)) throw new TokenError(INVALIDATED)
}

const isOver = (deletedAtMs: number | undefined, nowMs: number) =>
  deletedAtMs !== undefined && deletedAtMs < nowMs - LEEWAY_MS

function extraOf({ jti, 'kubernetes.io': { pod, node } }: BoundClaims): Record<string, string[]> {
  const prefix = 'authentication.kubernetes.io'
  return {
    ...(jti && { [`${prefix}/credential-id`]: [`JTI=${jti}`] }),
    ...(node && { [`${prefix}/node-name`]: [node.name] }),
    ...(node?.uid && { [`${prefix}/node-uid`]: [node.uid] }),
    ...(pod?.uid && { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid] }),
  }
}
