/** Pod specs, of pods and of templates. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodSpec). */
import { between, dnsLabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type { PodSpec, PodTemplateSpec } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { validateAnnotations, validateLabels } from '../metadata.ts'
import { validateAffinity } from './affinity.ts'
import { annotatedProfilesDiffer, validatePodAnnotations } from './annotations.ts'
import { validateContainers, validateInitContainers } from './containers.ts'
import { validateEphemeralContainers } from './ephemeral-containers.ts'
import { everyContainer } from './every-container.ts'
import { validateReadinessGates, validateSchedulingGates } from './gates.ts'
import { validateDnsConfig, validateHostAliases } from './name-resolution.ts'
import { validateOperatingSystem } from './operating-system.ts'
import { optionsAfter, type PodSpecOptions } from './options.ts'
import { validatePodResources } from './pod-resources.ts'
import { hostNetworkPorts } from './ports.ts'
import { claimNames, validateResourceClaims } from './resource-claims.ts'
import { validateResources } from './resources.ts'
import { validatePodSecurityContext } from './security-context.ts'
import { validateTolerations } from './tolerations.ts'
import { validateTopologySpread } from './topology-spread.ts'
import { validateVolumes } from '../volumes/pod-volumes.ts'
import { validateHostProcesses } from './windows-options.ts'

const MAX_INT32 = 2 ** 31 - 1
const RESTART = ['Always', 'OnFailure', 'Never']
const DNS = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const PREEMPTION = ['PreemptLowerPriority', 'Never']

/** `old` is the template that is replaced: what it has, its successor may keep. */
export function validateTemplate(template: PodTemplateSpec, path: string, old?: PodTemplateSpec): FieldError[] {
  const { metadata, spec } = template
  const annotations = metadata?.annotations ?? {}
  const errors = [
    ...validateLabels(metadata?.labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
  ]
  if (spec === undefined) return [...errors, required(`${path}.spec.containers`)]
  const at = `${path}.spec`
  errors.push(
    ...validatePodAnnotations(annotations, spec, `${path}.annotations`, old?.metadata?.annotations),
    ...validatePodSpec(spec, at, optionsAfter({ ofPod: false }, old?.spec)),
    ...annotatedProfilesDiffer(annotations, spec, at),
  )
  if ((spec.ephemeralContainers ?? []).length > 0)
    errors.push(forbidden(`${at}.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
  return errors
}

export function validatePodSpec(spec: PodSpec, path: string, options: PodSpecOptions): FieldError[] {
  const claimed = spec.resourceClaims ?? []
  const claims = claimNames(claimed)
  const { names, errors } = validateVolumes(spec.volumes, `${path}.volumes`, options)
  const volumes = new Map((spec.volumes ?? []).filter(({ name }) => names.has(name)).map((one) => [one.name, one]))
  const { allowsBrokenPages } = options
  const context = { spec, volumes, claims, allowsBrokenPages }
  return [
    ...errors,
    ...validateResourceClaims(claimed, `${path}.resourceClaims`, options.isMirror ?? false),
    ...validateContainers(context, `${path}.containers`),
    ...validateInitContainers(context, `${path}.initContainers`),
    ...validateEphemeralContainers(context, `${path}.ephemeralContainers`),
    ...validatePodResources(spec, claims, path, allowsBrokenPages),
    ...hostNetworkPorts(spec, path, options.ofPod),
    ...oneOf(spec, 'restartPolicy', RESTART, path),
    ...oneOf(spec, 'dnsPolicy', DNS, path),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec, path, options),
    ...validateAffinity(spec.affinity, `${path}.affinity`, options),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, `${path}.dnsConfig`),
    ...validateReadinessGates(spec.readinessGates ?? [], `${path}.readinessGates`),
    ...validateSchedulingGates(spec.schedulingGates ?? [], `${path}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`, options),
    ...validateHostProcesses(spec, path),
    ...validateHostUsers(spec, path, options),
    ...validateNames(spec, path),
    ...(spec.preemptionPolicy === undefined ? [] : oneOf(spec, 'preemptionPolicy', PREEMPTION, path)),
    ...validateOverhead(spec, path, allowsBrokenPages),
    ...validateOperatingSystem(spec, path),
  ]
}

type Choice = 'restartPolicy' | 'dnsPolicy' | 'preemptionPolicy'

function oneOf(spec: PodSpec, field: Choice, known: readonly string[], path: string): FieldError[] {
  const value = spec[field] ?? ''
  if (known.includes(value)) return []
  return value === '' ? [required(`${path}.${field}`)] : [notSupported(`${path}.${field}`, value, known)]
}

/** Names of things outside the pod, and its own. */
function validateNames(spec: PodSpec, path: string): FieldError[] {
  const name = (
    field: 'serviceAccountName' | 'nodeName' | 'hostname' | 'subdomain' | 'priorityClassName',
    problems: (text: string) => string[],
  ) => {
    const value = spec[field]
    return value ? invalidFormat(`${path}.${field}`, value, problems(value)) : []
  }
  const { activeDeadlineSeconds: deadline, runtimeClassName: runtime } = spec
  const isOutside = deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)
  return [
    ...name('serviceAccountName', dnsSubdomainProblems),
    ...name('nodeName', dnsSubdomainProblems),
    ...(isOutside ? [invalidValue(`${path}.activeDeadlineSeconds`, deadline, between(1, MAX_INT32))] : []),
    ...name('hostname', dnsLabelProblems),
    ...name('subdomain', dnsLabelProblems),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases ?? [], `${path}.hostAliases`),
    ...name('priorityClassName', dnsSubdomainProblems),
    ...(runtime === undefined ? [] : invalidFormat(`${path}.runtimeClassName`, runtime, dnsSubdomainProblems(runtime))),
  ]
}

/** Other users than the host's go with none of the host's namespaces, and with no devices. */
function validateHostUsers(spec: PodSpec, path: string, options: PodSpecOptions): FieldError[] {
  if (spec.hostUsers !== false) return []
  const why = 'when `hostUsers` is false'
  const errors: FieldError[] = []
  if (spec.hostNetwork === true) errors.push(forbidden(`${path}.hostNetwork`, why))
  if (spec.hostPID === true) errors.push(forbidden(`${path}.HostPID`, why))
  if (spec.hostIPC === true) errors.push(forbidden(`${path}.HostIPC`, why))
  if (options.allowsDevicesOfOtherUsers) return errors
  for (const { container, path: at } of everyContainer(spec, path))
    if ((container.volumeDevices ?? []).length > 0) errors.push(forbidden(`${at}.volumeDevices`, why))
  return errors
}

/** Overhead is checked as limits are, and named so. */
const validateOverhead = ({ overhead }: PodSpec, path: string, allowsBrokenPages: boolean | undefined) =>
  overhead === undefined ? [] : validateResources({ limits: overhead }, `${path}.overhead`, { allowsBrokenPages })
