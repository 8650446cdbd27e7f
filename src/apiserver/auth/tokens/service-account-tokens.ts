/** Issues service account tokens and tells whom one belongs to.
 *  Source: k8s.io/kubernetes v1.34, pkg/serviceaccount/jwt.go. */
import type { k8s, UserInfo } from '../../../api/index.ts'
import type { Clock } from '../../../lib/index.ts'
import type { Store } from '../../../store/index.ts'
import type { StoreView } from '../../server/store-view.ts'
import { API_AUDIENCES, type BoundClaims, ISSUER, LEGACY_ISSUER, type LegacyClaims } from './claims.ts'
import { isSignedBy, signToken, unverifiedClaims } from './jwt.ts'
import { ObjectFactsReader } from './object-facts.ts'
import type { SigningKey } from './signing-key.ts'
import { TokenError } from './token-error.ts'
import { boundUser, validateBound } from './validate-bound.ts'
import { validateLegacy } from './validate-legacy.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** What came of a token that is good. */
export interface TokenBearer {
  user: UserInfo
  /** Those of the asked audiences that the token is meant for. */
  audiences: readonly string[]
}

/** What is done with a token. */
export interface TokenUse {
  /** Whom the token must be meant for: one of them at least. */
  audiences: readonly string[]
  annotate: (key: string, value: string) => void
  warn: (text: string) => void
}

export interface ServiceAccountTokensOptions {
  key: SigningKey
  clock: Clock
  store: Pick<Store, 'get'>
  serviceAccounts: Pick<StoreView, 'get'>
  /** Labels the secret of a legacy token with the day it was used; not waited for. */
  markUsed: (secret: k8s.Secret, label: { key: string; day: string }) => void
}

type Claims = Record<string, unknown>

export class ServiceAccountTokens {
  readonly #options: ServiceAccountTokensOptions
  readonly #verified = new VerifiedTokens<Claims>()
  readonly #users = new WeakMap<BoundClaims, UserInfo>()
  readonly #objects: ObjectFactsReader

  constructor(options: ServiceAccountTokensOptions) {
    this.#options = options
    this.#objects = new ObjectFactsReader(options.store)
  }

  /** The public half is what others verify tokens with. */
  get key(): Pick<SigningKey, 'id' | 'algorithm' | 'publicKey'> {
    return this.#options.key
  }

  sign(claims: BoundClaims | LegacyClaims): Promise<string> {
    return signToken(this.#options.key, claims)
  }

  /** Undefined when it is no service account token. Throws TokenError when it is one that is not good. */
  async bearerOf(token: string, use: TokenUse): Promise<TokenBearer | undefined> {
    const claims = await this.#verified.claimsOf(token, () => this.#verify(token))
    if (claims === undefined) return undefined
    const audiences = audiencesFor(claims, use)
    const { clock, store, serviceAccounts, markUsed } = this.#options
    const context = { ...use, nowMs: clock.now(), store, serviceAccounts, markUsed, objects: this.#objects }
    if (claims.iss === LEGACY_ISSUER) return { user: await validateLegacy(token, claims, context), audiences }
    const bound = boundShape(claims)
    await validateBound(bound, context)
    return { user: this.#userOf(bound), audiences }
  }

  async #verify(token: string): Promise<Claims | undefined> {
    const claims = unverifiedClaims(token)
    if (claims?.iss !== ISSUER && claims?.iss !== LEGACY_ISSUER) return undefined
    if (await isSignedBy([this.#options.key], token)) return claims
    throw new TokenError('invalid signature')
  }

  /** One and the same for a token, so that what is known of a user needs no looking up. */
  #userOf(claims: BoundClaims): UserInfo {
    const known = this.#users.get(claims)
    if (known !== undefined) return known
    const user = boundUser(claims)
    this.#users.set(claims, user)
    return user
  }
}

/** Tokens that name no audience, as the old ones do, are for the API. */
function audiencesFor(claims: Claims, { audiences, annotate }: TokenUse): string[] {
  const { aud } = claims
  const named = typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud.filter((one) => typeof one === 'string') : []
  if (named.length === 0) annotate('authentication.k8s.io/legacy-token', String(claims.sub))
  const own = named.length === 0 ? API_AUDIENCES : named
  const shared = own.filter((audience) => audiences.includes(audience))
  if (shared.length > 0) return shared
  throw new TokenError(`token audiences ${list(own)} is invalid for the target audiences ${list(audiences)}`)
}

const list = (texts: readonly string[]) => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`

/** A key may have signed other things than ours. */
function boundShape(claims: Claims): BoundClaims {
  const own = claims['kubernetes.io'] as Partial<BoundClaims['kubernetes.io']> | undefined
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  if (isText(own?.namespace) && isText(own?.serviceaccount?.name)) return claims as unknown as BoundClaims
  throw new TokenError('service account token names no service account')
}
