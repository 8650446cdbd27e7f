/** What a webhook is asked: an AdmissionReview. Source: admission.k8s.io/v1 and k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/webhook/request. */
import { apiVersionOf, type Resource } from '../../../api/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { AdmissionRequest } from '../admission-request.ts'

const GROUP = 'admission.k8s.io'
const KNOWN_VERSIONS = ['v1', 'v1beta1'] as const
export type ReviewVersion = (typeof KNOWN_VERSIONS)[number]

/** The first version the webhook takes that is spoken here. */
export const reviewVersionOf = (versions: readonly string[] | undefined): ReviewVersion | undefined =>
  (versions ?? []).find((version): version is ReviewVersion => (KNOWN_VERSIONS as readonly string[]).includes(version))

/** The request in the form that a webhook asked for. */
export interface Shown {
  /** The request's own resource or an equivalent one. */
  resource: Resource
  object: AnyObject | undefined
  oldObject: AnyObject | undefined
}

export interface AdmissionReview {
  apiVersion: string
  kind: 'AdmissionReview'
  request: Record<string, unknown> & { uid: string }
}

export function admissionReview(
  version: ReviewVersion,
  uid: string,
  { request, shown }: { request: AdmissionRequest; shown: Shown },
): AdmissionReview {
  const { user, dryRun } = request.context
  return {
    apiVersion: `${GROUP}/${version}`,
    kind: 'AdmissionReview',
    request: {
      uid,
      kind: kindOf(shown.resource, request.subresource),
      resource: resourceOf(shown.resource),
      subResource: request.subresource || undefined,
      requestKind: kindOf(request.resource, request.subresource),
      requestResource: resourceOf(request.resource),
      requestSubResource: request.subresource || undefined,
      name: request.name || undefined,
      namespace: request.namespace || undefined,
      operation: request.operation,
      userInfo: { username: user.name, uid: user.uid, groups: user.groups, extra: user.extra },
      object: shownObject(shown.object, shown.resource),
      oldObject: shownObject(shown.oldObject, shown.resource),
      dryRun,
      options: shownOptions(request),
    },
  }
}

const resourceOf = ({ group, version, plural }: Resource) => ({ group, version, resource: plural })

/** Subresources may speak a kind of their own; the status of an object does not. */
function kindOf(resource: Resource, subresource: string) {
  const own = subresource === '' ? undefined : resource.subresources.find(({ name }) => name === subresource)
  const { group, version, kind } = own ?? resource
  return { group, version, kind }
}

/** Every object says what it is; options of a CONNECT do so themselves. */
function shownObject(object: AnyObject | undefined, resource: Resource): unknown {
  if (object === undefined) return null
  return { ...object, apiVersion: object.apiVersion ?? apiVersionOf(resource), kind: object.kind ?? resource.kind }
}

/** A patch is an update, or creates, to those who admit it. */
function shownOptions({ operation, context }: AdmissionRequest): unknown {
  if (operation === 'CONNECT') return null
  const { force: _force, ...options } = context.options
  if (options.kind !== 'PatchOptions' && options.kind !== 'UpdateOptions') return options
  return { ...options, kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions' }
}
