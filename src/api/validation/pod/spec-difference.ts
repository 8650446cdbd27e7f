/** What of a pod's spec is another, for people. Source: k8s.io/apimachinery v0.34, pkg/util/diff. */
import { isDeepStrictEqual } from 'node:util'
import type { EphemeralContainer, PodSpec } from '../../generated/types.ts'
import { sameValue } from '../immutable.ts'
import { asInternal } from './difference/as-internal.ts'
import { unifiedDiff } from './difference/unified-diff.ts'

/** Beyond it nobody reads a difference, and it takes long to find. */
const MAX_CHARACTERS = 500_000

/** As Kubernetes compares them: what is there is not what is missing, but for lists and maps without content. */
export const sameSpec = (a: PodSpec, b: PodSpec): boolean =>
  isDeepStrictEqual(a, b) || sameValue(asInternal('PodSpec', withHost(a)), asInternal('PodSpec', withHost(b)))

export const specDifference = (old: PodSpec, now: PodSpec): string =>
  difference('PodSpec', withHost(old), withHost(now))

export const containerDifference = (old: EphemeralContainer, now: EphemeralContainer): string =>
  difference('EphemeralContainer', { ...old }, { ...now })

/** Inside the server, what is shared with the host is part of the security context. */
export function withHost(spec: PodSpec): Record<string, unknown> {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers, securityContext } = spec
  return {
    ...spec,
    securityContext: { ...securityContext, hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers },
  }
}

/** `type` is one of `INTERNAL_TYPES`. */
export function difference(type: string, old: Record<string, unknown>, now: Record<string, unknown>): string {
  const [before, after] = [printed(type, old), printed(type, now)]
  return before.length + after.length > MAX_CHARACTERS ? '' : unifiedDiff(before, after)
}

/** As Go writes JSON: with what HTML gives a meaning escaped. */
const printed = (type: string, value: Record<string, unknown>): string =>
  JSON.stringify(asInternal(type, value), null, 1).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
