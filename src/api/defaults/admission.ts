/** Webhooks and admission policies. */
import type {
  MatchResources,
  MutatingWebhook,
  NamedRuleWithOperations,
  RuleWithOperations,
  ServiceReference,
  ValidatingAdmissionPolicySpec,
  ValidatingWebhook,
} from '../generated/types.ts'
import { type DefaultFunctions, ifMissing } from './default-function.ts'

const defaultMatch = (match: ValidatingWebhook | MutatingWebhook | MatchResources) => {
  ifMissing(match, 'matchPolicy', 'Equivalent')
  ifMissing(match, 'namespaceSelector', {})
  ifMissing(match, 'objectSelector', {})
}
const defaultWebhook = (webhook: ValidatingWebhook | MutatingWebhook) => {
  ifMissing(webhook, 'failurePolicy', 'Fail')
  defaultMatch(webhook)
  ifMissing(webhook, 'timeoutSeconds', 10)
}
const defaultRule = (rule: RuleWithOperations | NamedRuleWithOperations) => ifMissing(rule, 'scope', '*')

export const admissionDefaults: DefaultFunctions = {
  'io.k8s.api.admissionregistration.v1.ValidatingWebhook': defaultWebhook,
  'io.k8s.api.admissionregistration.v1.MutatingWebhook': (webhook: MutatingWebhook) => {
    defaultWebhook(webhook)
    ifMissing(webhook, 'reinvocationPolicy', 'Never')
  },
  'io.k8s.api.admissionregistration.v1.RuleWithOperations': defaultRule,
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations': defaultRule,
  'io.k8s.api.admissionregistration.v1.ServiceReference': (service: ServiceReference) =>
    ifMissing(service, 'port', 443),
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec': (spec: ValidatingAdmissionPolicySpec) =>
    ifMissing(spec, 'failurePolicy', 'Fail'),
  'io.k8s.api.admissionregistration.v1.MatchResources': defaultMatch,
}
