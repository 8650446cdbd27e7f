/** What is asked before a write: webhooks, policies, and the servers that serve groups of their own. */
import type { k8s } from '../../../api/index.ts'
import { AGE, integer, NAME, type Printer, text } from '../column.ts'
import { selectorText } from '../words.ts'

export const webhookConfigurationPrinter: Printer<
  k8s.ValidatingWebhookConfiguration | k8s.MutatingWebhookConfiguration
> = {
  columns: [NAME, integer('Webhooks', ({ webhooks }) => (webhooks ?? []).length), AGE],
}

export const validatingAdmissionPolicyPrinter: Printer<k8s.ValidatingAdmissionPolicy> = {
  columns: [
    NAME,
    integer('Validations', ({ spec }) => (spec?.validations ?? []).length),
    text('ParamKind', ({ spec }) =>
      spec?.paramKind ? `${spec.paramKind.apiVersion ?? ''}/${spec.paramKind.kind ?? ''}` : '<unset>',
    ),
    AGE,
  ],
}

export const validatingAdmissionPolicyBindingPrinter: Printer<k8s.ValidatingAdmissionPolicyBinding> = {
  columns: [NAME, text('PolicyName', ({ spec }) => spec?.policyName ?? ''), text('ParamRef', paramText), AGE],
}

/** A name without a namespace may be that of something in any, or in none. */
function paramText({ spec }: k8s.ValidatingAdmissionPolicyBinding): string {
  const { name, namespace, selector } = spec?.paramRef ?? {}
  if (name) return `${namespace || '*'}/${name}`
  return selector ? selectorText(selector) : '<unset>'
}

export const apiServicePrinter: Printer<k8s.APIService> = {
  columns: [
    NAME,
    text('Service', ({ spec }) =>
      spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local',
    ),
    text('Available', ({ status }) => {
      const available = status?.conditions?.find(({ type }) => type === 'Available')
      if (available === undefined) return 'Unknown'
      return available.status === 'True' || !available.reason
        ? available.status
        : `${available.status} (${available.reason})`
    }),
    AGE,
  ],
}
