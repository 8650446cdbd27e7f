/** Whether a policy, or a binding of it, is about a request. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/policy/generic/policy_matcher.go, policy/matching. */
import { isApiError, type k8s, type Resource } from '../../../api/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { matchRequest } from '../matching/index.ts'
import { Misconfigured } from './misconfigured.ts'

const EVERYTHING: k8s.NamedRuleWithOperations = {
  operations: ['*'],
  apiGroups: ['*'],
  apiVersions: ['*'],
  resources: ['*/*'],
}

/** As what the request is shown to the policy; undefined: the policy is not about it. Throws Misconfigured. */
export function matchPolicy(
  { matchConstraints }: k8s.ValidatingAdmissionPolicySpec,
  request: AdmissionRequest,
  backend: Backend,
): Resource | undefined {
  return matchConstraints === undefined ? undefined : match(matchConstraints, request, backend)
}

/** Throws Misconfigured. */
export function bindingMatches(
  { matchResources }: k8s.ValidatingAdmissionPolicyBindingSpec,
  request: AdmissionRequest,
  backend: Backend,
): boolean {
  if (matchResources === undefined) return true
  const { resourceRules = [] } = matchResources
  const rules = resourceRules.length === 0 ? [EVERYTHING] : resourceRules
  return match({ ...matchResources, resourceRules: rules }, request, backend) !== undefined
}

function match(
  { resourceRules: rules = [], excludeResourceRules: excludeRules, ...selectors }: k8s.MatchResources,
  request: AdmissionRequest,
  backend: Backend,
): Resource | undefined {
  try {
    return matchRequest({ rules, excludeRules, ...selectors }, request, backend)
  } catch (error) {
    if (isApiError(error, 'NotFound')) throw new Misconfigured(error.message, { cause: error })
    throw error
  }
}
