/** Whether the selectors of a webhook or an admission policy take in a request.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/predicates (namespace, object). */
import { type k8s, labelSelectorMatches, notFound, resources } from '../../../api/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'

const isEmpty = ({ matchLabels, matchExpressions }: k8s.LabelSelector) =>
  Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0

/** Either of the two objects has to match. Missing and empty selectors take in everything. */
export function objectSelected(selector: k8s.LabelSelector | undefined, request: AdmissionRequest): boolean {
  if (selector === undefined || isEmpty(selector)) return true
  return [request.object, request.oldObject].some(
    (object) => object !== undefined && labelSelectorMatches(selector, object.metadata?.labels),
  )
}

/** Cluster-scoped objects other than namespaces are always taken in. Throws ApiError `NotFound` (no such namespace). */
export function namespaceSelected(
  selector: k8s.LabelSelector | undefined,
  request: AdmissionRequest,
  backend: Pick<Backend, 'views'>,
): boolean {
  if (selector === undefined || isEmpty(selector)) return true
  const about = namespaceOf(request)
  return about === undefined || labelSelectorMatches(selector, labelsOf(about, request, backend))
}

/** The namespace a request is about: its own, or the one that it writes. */
export function namespaceOf({ resource, namespace, name, object }: AdmissionRequest): string | undefined {
  if (namespace) return namespace
  return isNamespace(resource) ? name || object?.metadata.name : undefined
}

const isNamespace = ({ group, plural }: AdmissionRequest['resource']) =>
  plural === resources.namespaces.plural && group === resources.namespaces.group

function labelsOf(name: string, request: AdmissionRequest, { views }: Pick<Backend, 'views'>) {
  // What is being written counts, not what it replaces.
  const writes = request.operation === 'CREATE' || request.operation === 'UPDATE'
  if (isNamespace(request.resource) && request.subresource === '' && writes && request.object !== undefined)
    return request.object.metadata.labels
  const namespace = views.of(resources.namespaces).get({ name })
  if (namespace === undefined) throw notFound(resources.namespaces, name)
  return namespace.metadata.labels
}
