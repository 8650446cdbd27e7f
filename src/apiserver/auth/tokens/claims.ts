/** What a service account token says. Times are seconds since the Unix epoch.
 *  Source: k8s.io/kubernetes v1.34, pkg/serviceaccount (claims.go, legacy.go). */

export const ISSUER = 'https://kubernetes.default.svc.cluster.local'
export const LEGACY_ISSUER = 'kubernetes/serviceaccount'
/** Whom tokens are meant for unless they name somebody. */
export const API_AUDIENCES: readonly string[] = [ISSUER]

/** A pod's token of just this life is extended by a year, and its use past it is noted: libraries of old read their
 *  token once. */
export const WARN_ONLY_SECONDS = 3607
export const EXTENDED_SECONDS = 365 * 24 * 3600

export interface ObjectClaim {
  name: string
  uid?: string
}

export interface BoundClaims {
  iss: string
  sub: string
  aud: string[]
  exp: number
  iat: number
  nbf: number
  jti: string
  'kubernetes.io': {
    namespace: string
    serviceaccount: ObjectClaim
    pod?: ObjectClaim
    secret?: ObjectClaim
    node?: ObjectClaim
    warnafter?: number
  }
}

export interface LegacyClaims {
  iss: string
  sub: string
  'kubernetes.io/serviceaccount/namespace': string
  'kubernetes.io/serviceaccount/secret.name': string
  'kubernetes.io/serviceaccount/service-account.name': string
  'kubernetes.io/serviceaccount/service-account.uid': string
}

/** Of an object that a token is bound to. */
export interface BoundObjects {
  pod?: ObjectClaim
  secret?: ObjectClaim
  node?: ObjectClaim
}

export interface BoundTokenWish {
  serviceAccount: { namespace: string; name: string; uid: string }
  objects: BoundObjects
  audiences: readonly string[]
  expirationSeconds: number
  /** Seconds after which use is noted; undefined: never. */
  warnAfterSeconds: number | undefined
  id: string
  nowMs: number
}

export function boundClaims(wish: BoundTokenWish): BoundClaims {
  const { serviceAccount, objects, warnAfterSeconds } = wish
  const now = Math.floor(wish.nowMs / 1000)
  return {
    aud: [...wish.audiences],
    exp: now + wish.expirationSeconds,
    iat: now,
    iss: ISSUER,
    jti: wish.id,
    'kubernetes.io': {
      namespace: serviceAccount.namespace,
      ...(objects.node && { node: objects.node }),
      ...(objects.pod && { pod: objects.pod }),
      ...(objects.secret && { secret: objects.secret }),
      serviceaccount: { name: serviceAccount.name, uid: serviceAccount.uid },
      ...(warnAfterSeconds !== undefined && { warnafter: now + warnAfterSeconds }),
    },
    nbf: now,
    sub: serviceAccountUser(serviceAccount),
  }
}

export function legacyClaims(account: { namespace: string; name: string; uid: string }, secret: string): LegacyClaims {
  return {
    iss: LEGACY_ISSUER,
    'kubernetes.io/serviceaccount/namespace': account.namespace,
    'kubernetes.io/serviceaccount/secret.name': secret,
    'kubernetes.io/serviceaccount/service-account.name': account.name,
    'kubernetes.io/serviceaccount/service-account.uid': account.uid,
    sub: serviceAccountUser(account),
  }
}

export const serviceAccountUser = ({ namespace, name }: { namespace: string; name: string }): string =>
  `system:serviceaccount:${namespace}:${name}`

export const serviceAccountGroups = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
  'system:authenticated',
]
