/** Pod specs, of pods and of templates. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodSpec). */
import {
  between,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import type { PodSpec, PodTemplateSpec, Toleration } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported } from '../field-error.ts'
import { validateLabels, validateMetadataContent } from '../metadata.ts'
import { nonNegative } from '../numbers.ts'
import { validateAffinity } from './affinity.ts'
import { validateContainers } from './containers.ts'
import { validateReadinessGates, validateSchedulingGates } from './gates.ts'
import { validateDnsConfig, validateHostAliases } from './name-resolution.ts'
import { validateTopologySpread } from './topology-spread.ts'
import { validateVolumes } from './volumes.ts'

const MAX_INT32 = 2 ** 31 - 1
const RESTART = ['Always', 'OnFailure', 'Never']
const DNS = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

export function validateTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const metadata = validateMetadataContent(template.metadata ?? {}, `${path}.metadata`)
  return template.spec === undefined ? metadata : [...metadata, ...validatePodSpec(template.spec, `${path}.spec`)]
}

export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const volumes = validateVolumes(spec.volumes, `${path}.volumes`)
  const errors = [...volumes.errors, ...validateContainers(spec, volumes.names, path)]
  if (!RESTART.includes(spec.restartPolicy ?? ''))
    errors.push(notSupported(`${path}.restartPolicy`, spec.restartPolicy, RESTART))
  if (!DNS.includes(spec.dnsPolicy ?? '')) errors.push(notSupported(`${path}.dnsPolicy`, spec.dnsPolicy, DNS))
  errors.push(...validateLabels(spec.nodeSelector, `${path}.nodeSelector`))
  errors.push(...hostNetworkPorts(spec, path))
  errors.push(...nonNegative(spec.terminationGracePeriodSeconds, `${path}.terminationGracePeriodSeconds`))
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32))
    errors.push(invalidValue(`${path}.activeDeadlineSeconds`, deadline, between(1, MAX_INT32)))
  for (const field of ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const) {
    const name = spec[field]
    if (name) errors.push(...invalidFormat(`${path}.${field}`, name, dnsSubdomainProblems(name)))
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    const name = spec[field]
    if (name) errors.push(...invalidFormat(`${path}.${field}`, name, dnsLabelProblems(name)))
  }
  return [
    ...errors,
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, `${path}.dnsConfig`),
    ...validateReadinessGates(spec.readinessGates ?? [], `${path}.readinessGates`),
    ...validateSchedulingGates(spec.schedulingGates ?? [], `${path}.schedulingGates`),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases ?? [], `${path}.hostAliases`),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
  ]
}

/** On the host's network a port is the host's port. */
function hostNetworkPorts(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostNetwork !== true) return []
  return (spec.containers ?? []).flatMap((container, index) =>
    (container.ports ?? []).flatMap(({ hostPort, containerPort }, portIndex) =>
      hostPort && hostPort !== containerPort
        ? [
            invalidValue(
              `${path}.containers[${index}].ports[${portIndex}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  )
}

function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  return tolerations.flatMap(({ key, operator = '', value = '', effect = '', tolerationSeconds }, index) => {
    const at = `${path}[${index}]`
    const errors = key ? invalidFormat(`${at}.key`, key, qualifiedNameProblems(key)) : []
    if (!key && operator !== 'Exists') {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
      errors.push(invalidValue(`${at}.operator`, operator, why))
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    if (operator === '' || operator === 'Equal')
      errors.push(...invalidFormat(`${at}.operator`, value, labelValueProblems(value)))
    else if (operator !== 'Exists') errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']))
    else if (value)
      errors.push(invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"))
    const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
    if (effect !== '' && !effects.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, effects))
    return errors
  })
}
