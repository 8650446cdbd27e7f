/** Mutating and validating webhook configurations.
 *  Source: kubernetes v1.34, pkg/apis/admissionregistration/validation. */
import { dns1035LabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateAdmissionRule, validateClientConfig } from './admission-rules.ts'
import { validateMatchConditions } from './match-conditions.ts'
import { validateSelector } from './selector.ts'

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>

const CHOICES = {
  failurePolicy: ['Fail', 'Ignore'],
  matchPolicy: ['Equivalent', 'Exact'],
} as const
const REINVOCATIONS = ['IfNeeded', 'Never']
const SIDE_EFFECTS = ['None', 'NoneOnDryRun']
const REVIEW_VERSIONS = ['v1', 'v1beta1']
const MAX_SECONDS = 30

export const webhookConfigurationRules: KindRules<ValidatingWebhookConfiguration | MutatingWebhookConfiguration> = {
  reportsMissing: true,
  validate: ({ webhooks = [] }, old) => {
    const names = new Set<string>()
    return (webhooks as Webhook[]).flatMap((webhook, i) => {
      const path = `webhooks[${i}]`
      const repeated = webhook.name !== '' && names.has(webhook.name)
      names.add(webhook.name)
      return [
        ...validateWebhook(webhook, path),
        ...validateMatchConditions(webhook.matchConditions, {
          path: `${path}.matchConditions`,
          old: old?.webhooks?.[i]?.matchConditions,
        }),
        ...validateReinvocation(webhook.reinvocationPolicy, `${path}.reinvocationPolicy`),
        ...validateReviewVersions(webhook.admissionReviewVersions, `${path}.admissionReviewVersions`),
        ...(repeated ? [duplicate(`${path}.name`, webhook.name)] : []),
      ]
    })
  },
}

function validateWebhook(webhook: Webhook, path: string): FieldError[] {
  const { sideEffects, timeoutSeconds, namespaceSelector, objectSelector } = webhook
  const errors = validateQualified(webhook.name, `${path}.name`)
  webhook.rules?.forEach((rule, i) => errors.push(...validateAdmissionRule(rule, `${path}.rules[${i}]`)))
  for (const field of Object.keys(CHOICES) as (keyof typeof CHOICES)[]) {
    const value = webhook[field]
    const supported: readonly string[] = CHOICES[field]
    if (value !== undefined && !supported.includes(value))
      errors.push(notSupported(`${path}.${field}`, value, supported))
  }
  if (sideEffects === undefined)
    errors.push(required(`${path}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`))
  else if (!SIDE_EFFECTS.includes(sideEffects))
    errors.push(notSupported(`${path}.sideEffects`, sideEffects, SIDE_EFFECTS))
  if (timeoutSeconds !== undefined && (timeoutSeconds > MAX_SECONDS || timeoutSeconds < 1))
    errors.push(
      invalidValue(`${path}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'),
    )
  if (namespaceSelector !== undefined) errors.push(...validateSelector(namespaceSelector, `${path}.namespaceSelector`))
  if (objectSelector !== undefined) errors.push(...validateSelector(objectSelector, `${path}.objectSelector`))
  errors.push(...validateClientConfig(webhook.clientConfig ?? {}, `${path}.clientConfig`))
  return errors
}

const validateReinvocation = (policy: string | undefined, path: string): FieldError[] =>
  policy === undefined || REINVOCATIONS.includes(policy) ? [] : [notSupported(path, policy, REINVOCATIONS)]

function validateQualified(name: string, path: string): FieldError[] {
  if (!name) return [required(path)]
  const problems = dnsSubdomainProblems(name)
  if (problems.length > 0) return [invalidValue(path, name, problems.join(','))]
  if (name.split('.').length >= 3) return []
  return [invalidValue(path, name, 'should be a domain with at least three segments separated by dots')]
}

function validateReviewVersions(versions: readonly string[] = [], path: string): FieldError[] {
  if (versions.length === 0) return [required(path, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)]
  const errors: FieldError[] = []
  versions.forEach((version, i) => {
    if (versions.indexOf(version) < i) errors.push(invalidValue(`${path}[${i}]`, version, 'duplicate version'))
    else errors.push(...invalidFormat(`${path}[${i}]`, version, dns1035LabelProblems(version)))
  })
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.push(invalidValue(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`))
  return errors
}
