/** Source: k8s.io/kube-aggregator v0.34, pkg/apis/apiregistration/validation. */
import { dns1035LabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type { APIService, APIServiceSpec } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'

const STATUSES = ['True', 'False', 'Unknown']

export const apiServiceRules: KindRules<APIService> = {
  validate({ metadata, spec, status }) {
    const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec
    const errors: FieldError[] = []
    const name = `${version}.${group}`
    if (metadata.name && metadata.name !== name)
      errors.push(
        invalidValue(
          'metadata.name',
          metadata.name,
          `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(name)}`,
        ),
      )
    if (group !== '') errors.push(...invalidFormat('spec.group', group, dnsSubdomainProblems(group)))
    else if (version !== 'v1')
      errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
    errors.push(...invalidFormat('spec.version', version, dns1035LabelProblems(version)))
    errors.push(...between('spec.groupPriorityMinimum', groupPriorityMinimum, 20_000))
    errors.push(...between('spec.versionPriority', versionPriority, 1000))
    errors.push(...(spec.service === undefined ? localErrors(spec) : remoteErrors(spec)))
    for (const [i, condition] of (status?.conditions ?? []).entries())
      if (!STATUSES.includes(condition.status))
        errors.push(notSupported(`status.conditions[${i}].status`, condition.status, STATUSES))
    return errors
  },
}

const between = (field: string, value: number, most: number): FieldError[] =>
  value > 0 && value <= most ? [] : [invalidValue(field, value, `must be positive and less than ${most}`)]

function localErrors({ caBundle, insecureSkipTLSVerify }: APIServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  if (caBundle)
    errors.push(
      invalidValue(
        'spec.caBundle',
        `${Buffer.from(caBundle, 'base64').length} bytes`,
        'local APIServices may not have a caBundle',
      ),
    )
  if (insecureSkipTLSVerify)
    errors.push(
      invalidValue('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'),
    )
  return errors
}

function remoteErrors({ service, caBundle, insecureSkipTLSVerify }: APIServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  if (!service?.namespace) errors.push(required('spec.service.namespace'))
  if (!service?.name) errors.push(required('spec.service.name'))
  const port = service?.port ?? 443
  if (port < 1 || port > 65_535)
    errors.push(invalidValue('spec.service.port', port, 'port is not valid: must be between 1 and 65535, inclusive'))
  if (insecureSkipTLSVerify && caBundle)
    errors.push(invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'))
  return errors
}
