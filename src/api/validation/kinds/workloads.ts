/** Deployments, ReplicaSets, StatefulSets, DaemonSets. Source: kubernetes v1.34, pkg/apis/apps/validation. */
import type {
  DaemonSet,
  Deployment,
  DeploymentStrategy,
  PodTemplateSpec,
  ReplicaSet,
  RollingUpdateDaemonSet,
  StatefulSet,
  StatefulSetSpec,
} from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative, nonNegativeOrPercent, notMoreThanAll, percentOf } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'
import { validateOwnSelector } from './selector.ts'

export const deploymentRules: KindRules<Deployment> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const errors = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...validateOwnSelector(spec, 'deployment'),
      ...alwaysRestarted(spec.template, 'Deployment'),
      ...validateStrategy(spec.strategy ?? {}),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
      ...nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds'),
    ]
    const deadline = spec.progressDeadlineSeconds
    if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0))
      errors.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'))
    return errors
  },
  validateUpdate: ({ spec }, old) => immutable(spec.selector, old.spec.selector, 'spec.selector'),
}

function validateStrategy({ type, rollingUpdate }: DeploymentStrategy): FieldError[] {
  const path = 'spec.strategy.rollingUpdate'
  if (type === 'Recreate')
    return rollingUpdate === undefined
      ? []
      : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")]
  if (type !== 'RollingUpdate') return [notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])]
  const { maxSurge, maxUnavailable } = rollingUpdate ?? {}
  const errors = [
    ...nonNegativeOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...nonNegativeOrPercent(maxSurge, `${path}.maxSurge`),
  ]
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  if ((percentOf(maxUnavailable) ?? 0) > 100)
    errors.push(invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'))
  return errors
}

const isZero = (value: string | number | undefined) => value === undefined || value === 0 || percentOf(value) === 0

/** Templates of workloads whose pods never end. */
function alwaysRestarted(template: PodTemplateSpec | undefined, kind: string): FieldError[] {
  if (template === undefined) return []
  const errors = validateTemplate(template, 'spec.template')
  const policy = template.spec?.restartPolicy
  if (policy !== 'Always') errors.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']))
  if (template.spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`),
    )
  return errors
}

export const replicaSetRules: KindRules<ReplicaSet> = {
  validate: ({ spec }) =>
    spec === undefined
      ? []
      : [
          ...nonNegative(spec.replicas, 'spec.replicas'),
          ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
          ...validateOwnSelector(spec, 'deployment'),
          ...alwaysRestarted(spec.template, 'ReplicaSet'),
        ],
  validateUpdate: ({ spec }, old) => immutable(spec.selector, old.spec.selector, 'spec.selector'),
}

export const daemonSetRules: KindRules<DaemonSet> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const { type, rollingUpdate } = spec.updateStrategy ?? {}
    const path = 'spec.updateStrategy.rollingUpdate'
    const errors = [
      ...validateOwnSelector(spec, 'daemonset'),
      ...alwaysRestarted(spec.template, 'DaemonSet'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
      ...nonNegativeOrPercent(rollingUpdate?.maxUnavailable, `${path}.maxUnavailable`),
      ...nonNegativeOrPercent(rollingUpdate?.maxSurge, `${path}.maxSurge`),
    ]
    if (type === 'RollingUpdate' && rollingUpdate !== undefined) errors.push(...validateRollout(rollingUpdate, path))
    if (type !== 'RollingUpdate' && type !== 'OnDelete')
      errors.push(notSupported('spec.updateStrategy.type', type, ['RollingUpdate', 'OnDelete']))
    return errors
  },
  validateUpdate: ({ spec }, old) => immutable(spec.selector, old.spec.selector, 'spec.selector'),
}

function validateRollout({ maxUnavailable, maxSurge }: RollingUpdateDaemonSet, path: string): FieldError[] {
  const errors = [
    ...notMoreThanAll(maxUnavailable, `${path}.maxUnavailable`),
    ...notMoreThanAll(maxSurge, `${path}.maxSurge`),
  ]
  if (!isZero(maxUnavailable) && !isZero(maxSurge))
    errors.push(invalidValue(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  return errors
}

const MUTABLE_STATEFUL_SET_FIELDS = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const

export const statefulSetRules: KindRules<StatefulSet> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const { podManagementPolicy: policy, updateStrategy: strategy } = spec
    const errors: FieldError[] = []
    if (policy !== 'OrderedReady' && policy !== 'Parallel')
      errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"))
    if (strategy?.type !== 'RollingUpdate' && strategy?.type !== 'OnDelete')
      errors.push(invalidValue('spec.updateStrategy', strategy, "must be 'RollingUpdate' or 'OnDelete'"))
    const partition = strategy?.rollingUpdate?.partition
    for (const field of ['whenDeleted', 'whenScaled'] as const) {
      const retention = spec.persistentVolumeClaimRetentionPolicy?.[field]
      if (retention !== undefined && retention !== 'Retain' && retention !== 'Delete')
        errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, retention, ['Retain', 'Delete']))
    }
    return [
      ...errors,
      ...nonNegative(partition, 'spec.updateStrategy.rollingUpdate.partition'),
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.ordinals?.start, 'spec.ordinals.start'),
      ...validateOwnSelector(spec, 'statefulset'),
      ...alwaysRestarted(withClaims(spec), 'StatefulSet'),
    ]
  },
  validateUpdate: ({ spec }, old) => {
    const comparable = { ...spec }
    for (const field of MUTABLE_STATEFUL_SET_FIELDS) Object.assign(comparable, { [field]: old.spec[field] })
    if (sameValue(comparable, old.spec)) return []
    return [
      forbidden(
        'spec',
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ),
    ]
  },
}

/** The template as the controller completes it: with a volume for each claim, under names of its own. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec | undefined {
  if (template?.spec === undefined) return template
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }))
  const names = new Set(claims.map((claim) => claim.name))
  const volumes = [...claims, ...(template.spec.volumes ?? []).filter((volume) => !names.has(volume.name))]
  return { ...template, spec: { ...template.spec, volumes, hostname: undefined, subdomain: undefined } }
}
