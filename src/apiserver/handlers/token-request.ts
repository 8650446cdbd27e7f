/** `POST serviceaccounts/<name>/token`: a token for the account, if wanted bound to an object that it dies with.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/serviceaccount/storage/token.go. */
import {
  type ApiResponse,
  apiError,
  conflict,
  type FieldError,
  invalid,
  type k8s,
  notFound,
  type Resource,
  resources,
} from '../../api/index.ts'
import { decodeObject } from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import {
  API_AUDIENCES,
  type BoundObjects,
  boundClaims,
  EXTENDED_SECONDS,
  WARN_ONLY_SECONDS,
} from '../auth/tokens/claims.ts'
import { objectKey } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { negotiate } from '../server/media-types.ts'
import { bodyTypeOf, parseBody } from '../server/request-body.ts'
import { respondJson, warningHeader } from '../server/response.ts'
import { fieldValidationOf } from './parameters.ts'
import { writeContextOf } from './write-request.ts'

const TOKEN_REQUEST = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', plural: 'TokenRequest' }
const DEFAULT_SECONDS = 3600
const LEAST_SECONDS = 600
const MOST_SECONDS = 2 ** 32

export async function createToken(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const format = negotiate(request.request.headers.accept, () => false)
  const { wish, warnings } = readWish(request)
  const account = await accountOf(backend, request, wish)
  const nowMs = backend.clock.now()
  const complete = completed(wish, account, nowMs)
  const errors = problems(complete)
  if (errors.length > 0) throw invalid(TOKEN_REQUEST, '', errors)
  await backend.admission.validate({
    operation: 'CREATE',
    resource: request.resource,
    subresource: 'token',
    namespace: request.namespace,
    name: request.name,
    object: structuredClone(complete) as unknown as AnyObject,
    oldObject: undefined,
    context: writeContextOf(request, 'CreateOptions'),
  })
  const status = await issue(backend, request, { account, wish: complete, nowMs })
  return respondJson(201, JSON.stringify({ ...complete, status }), { format, headers: warningHeader(warnings) })
}

function readWish({ request, info, name, namespace }: ResourceRequest) {
  const type = bodyTypeOf(request, ['json', 'yaml'])
  const value = parseBody(request.body, type === 'yaml' ? 'yaml' : 'json')
  const { object, warnings } = decodeObject(TOKEN_REQUEST, value, { fieldValidation: fieldValidationOf(info.query) })
  const wish = object as unknown as k8s.TokenRequest
  const { metadata } = wish
  if (metadata.name && metadata.name !== name)
    throw invalid(TOKEN_REQUEST, name, [
      mustMatch('metadata.name', metadata.name, 'must match the service account name if specified'),
    ])
  if (metadata.namespace && metadata.namespace !== namespace)
    throw invalid(TOKEN_REQUEST, name, [
      mustMatch('metadata.namespace', metadata.namespace, 'must match the service account namespace if specified'),
    ])
  return { wish, warnings }
}

const mustMatch = (field: string, value: unknown, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
})

async function accountOf(
  backend: Backend,
  { namespace, name }: ResourceRequest,
  { metadata }: k8s.TokenRequest,
): Promise<AnyObject> {
  const account = backend.views.of(resources.serviceaccounts).get({ ...(namespace && { namespace }), name })
  if (account === undefined) throw notFound(resources.serviceaccounts, name)
  const { uid } = account.metadata
  if (metadata.uid && metadata.uid !== uid)
    throw conflict(
      TOKEN_REQUEST,
      name,
      `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`,
    )
  return account
}

function completed(wish: k8s.TokenRequest, { metadata }: AnyObject, nowMs: number): k8s.TokenRequest {
  const { name, namespace, uid } = metadata
  return {
    ...wish,
    metadata: { ...wish.metadata, name, namespace, uid, creationTimestamp: toKubernetesTime(nowMs) },
    spec: {
      ...wish.spec,
      audiences: wish.spec?.audiences?.length ? wish.spec.audiences : [...API_AUDIENCES],
      expirationSeconds: wish.spec?.expirationSeconds ?? DEFAULT_SECONDS,
    },
  }
}

function problems({ spec }: k8s.TokenRequest): FieldError[] {
  const seconds = spec.expirationSeconds ?? DEFAULT_SECONDS
  const field = 'spec.expirationSeconds'
  if (seconds < LEAST_SECONDS) return [mustMatch(field, seconds, 'may not specify a duration less than 10 minutes')]
  if (seconds > MOST_SECONDS) return [mustMatch(field, seconds, 'may not specify a duration larger than 2^32 seconds')]
  return []
}

async function issue(
  backend: Backend,
  request: ResourceRequest,
  { account, wish, nowMs }: { account: AnyObject; wish: k8s.TokenRequest; nowMs: number },
): Promise<k8s.TokenRequestStatus> {
  const { name, namespace = '', uid = '' } = account.metadata
  const { audiences, expirationSeconds = DEFAULT_SECONDS, boundObjectRef } = wish.spec
  const objects = boundObjectRef ? await boundObjects(backend, boundObjectRef, { namespace, account: name }) : {}
  const extended =
    objects.pod !== undefined &&
    expirationSeconds === WARN_ONLY_SECONDS &&
    audiences.every((audience) => API_AUDIENCES.includes(audience))
  const claims = boundClaims({
    serviceAccount: { namespace, name, uid },
    objects,
    audiences,
    expirationSeconds: extended ? EXTENDED_SECONDS : expirationSeconds,
    warnAfterSeconds: extended ? expirationSeconds : undefined,
    id: backend.randomness.uuid(),
    nowMs,
  })
  const token = await backend.tokens.sign(claims)
  request.annotate('authentication.kubernetes.io/issued-credential-id', `JTI=${claims.jti}`)
  return { token, expirationTimestamp: toKubernetesTime(nowMs + expirationSeconds * 1000) }
}

/** Throws ApiError `NotFound`, `BadRequest`, `Conflict` (another object of that name). */
async function boundObjects(
  backend: Backend,
  reference: k8s.BoundObjectReference,
  { namespace, account }: { namespace: string; account: string },
): Promise<BoundObjects> {
  const { apiVersion = '', kind = '', name = '' } = reference
  const core = !apiVersion.includes('/')
  const get = async (resource: Resource) => {
    const entry = await backend.store.get(objectKey(resource, { namespace, name }))
    if (entry === undefined) throw notFound(resource, name)
    const object = decodeEntry(entry)
    const { uid = '' } = object.metadata
    if (reference.uid && reference.uid !== uid)
      throw conflict(
        { group: '', plural: kind },
        name,
        `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      )
    return { object, claim: { name, uid } }
  }
  if (core && kind === 'Node') return { node: (await get(resources.nodes)).claim }
  if (core && kind === 'Secret') return { secret: (await get(resources.secrets)).claim }
  if (!core || kind !== 'Pod')
    throw apiError('BadRequest', `cannot bind token to object of type ${typeName(apiVersion, kind)}`)
  const { object, claim } = await get(resources.pods)
  const { serviceAccountName, nodeName } = object.spec as k8s.PodSpec
  if (serviceAccountName !== account)
    throw apiError(
      'BadRequest',
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    )
  return { pod: claim, ...(nodeName && { node: await nodeClaim(backend, nodeName) }) }
}

/** A node that is not there (any more) is named all the same. */
async function nodeClaim(backend: Backend, name: string) {
  const entry = await backend.store.get(objectKey(resources.nodes, { name }))
  const uid = entry && decodeEntry(entry).metadata.uid
  return { name, ...(uid && { uid }) }
}

/** As Go prints a group, version and kind. */
function typeName(apiVersion: string, kind: string): string {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  return `${group}/${version}, Kind=${kind}`
}
