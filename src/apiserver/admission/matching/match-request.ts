/** Whether a webhook or an admission policy is about a request, and as which version of the object it wants it.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/generic (ShouldCallHook), policy/matching. */
import { type k8s, type Resource, resources } from '../../../api/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { type Rule, ruleMatches } from './match-rule.ts'
import { namespaceSelected, objectSelected } from './selectors.ts'

export interface MatchCriteria {
  rules: readonly Rule[]
  /** What is not meant although `rules` match. */
  excludeRules?: readonly Rule[] | undefined
  namespaceSelector?: k8s.LabelSelector | undefined
  objectSelector?: k8s.LabelSelector | undefined
  /** `Equivalent`: also requests for the same objects in another version or group. */
  matchPolicy?: string | undefined
}

/** The resource as which the request is to be shown: its own, or the equivalent one that a rule names. Undefined: the
 *  request is not meant. Throws ApiError `NotFound` when the request is meant and its namespace does not exist. */
export function matchRequest(
  criteria: MatchCriteria,
  request: AdmissionRequest,
  backend: Pick<Backend, 'views' | 'catalog'>,
): Resource | undefined {
  if (!objectSelected(criteria.objectSelector, request)) return undefined
  const matched = matchRules(criteria, request, backend)
  if (matched === undefined || !namespaceSelected(criteria.namespaceSelector, request, backend)) return undefined
  return matched
}

function matchRules(
  { rules, excludeRules = [], matchPolicy }: MatchCriteria,
  request: AdmissionRequest,
  backend: Pick<Backend, 'catalog'>,
): Resource | undefined {
  const isMatched = (list: readonly Rule[], resource: Resource) =>
    list.some((rule) => ruleMatches(rule, { ...request, resource }))
  const all = matchPolicy === 'Exact' ? [] : equivalents(request.resource, backend)
  if (excludeRules.length > 0 && [request.resource, ...all].some((resource) => isMatched(excludeRules, resource)))
    return undefined
  if (isMatched(rules, request.resource)) return request.resource
  // The first rule that names any of them decides.
  for (const rule of rules) {
    const named = all.find((resource) => ruleMatches(rule, { ...request, resource }))
    if (named !== undefined) return named
  }
  return undefined
}

/** Other resources through which the same objects are reached. */
function equivalents(resource: Resource, { catalog }: Pick<Backend, 'catalog'>): Resource[] {
  const { group, plural } = catalog.modelOf(resource).storage
  return catalog.resources.filter((other) => {
    if (other.group === resource.group && other.version === resource.version) return false
    if (other.plural !== resource.plural && other.kind !== resource.kind) return false
    const kept = catalog.modelOf(other).storage
    return kept.group === group && kept.plural === plural
  })
}

const EXEMPT: ReadonlySet<string> = new Set([
  resources.validatingwebhookconfigurations.kind,
  resources.mutatingwebhookconfigurations.kind,
  resources.validatingadmissionpolicies.kind,
  resources.validatingadmissionpolicybindings.kind,
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
])

/** Nobody is to lock himself out: what configures admission is never shown to webhooks and policies. */
export const isExempt = ({ resource }: AdmissionRequest): boolean =>
  resource.group === 'admissionregistration.k8s.io' && EXEMPT.has(resource.kind)
