/** Deployments, ReplicaSets and DaemonSets. Source: kubernetes v1.34, pkg/apis/apps/validation, pkg/registry/apps. */
import type {
  DaemonSet,
  Deployment,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
  ReplicaSetSpec,
} from '../../generated/types.ts'
import { type FieldError, invalidValue } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { podTemplateWarnings } from '../pod/warnings.ts'
import { validateControlledTemplate } from './controlled-template.ts'
import { validateCollisions, validateCounts, validateReplicaCounts } from './replica-status.ts'
import { validateDaemonSetStrategy, validateDeploymentStrategy } from './rollout.ts'
import { isReadable, printedSelector, validateKeptSelector, validateOwnSelector, validateSelected } from './selector.ts'
import { isAnotherGeneration, nameWarnings } from './template-warnings.ts'

export { statefulSetRules } from './stateful-set.ts'

type Templated = Deployment | ReplicaSet

const selectorIsFixed = ({ spec }: Templated | DaemonSet, old: Templated | DaemonSet): FieldError[] =>
  immutable(printed(spec.selector), printed(old.spec.selector), 'spec.selector')
const printed = (selector: LabelSelector | undefined) => selector && printedSelector(selector)

const replicaWarnings = (object: Templated, old: Templated | undefined): string[] => [
  ...nameWarnings(object, old),
  ...(isAnotherGeneration(object, old) ? podTemplateWarnings('spec.template', object.spec.template) : []),
]

export const deploymentRules: KindRules<Deployment> = {
  reportsMissing: true,
  validate: ({ spec }, old) => {
    const { minReadySeconds: ready = 0, progressDeadlineSeconds: deadline } = spec
    const path = 'spec.progressDeadlineSeconds'
    const errors = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...validateReplicated(spec, old?.spec.template),
      ...validateDeploymentStrategy(spec.strategy ?? {}),
      ...nonNegative(ready, 'spec.minReadySeconds'),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
      ...nonNegative(deadline, path),
    ]
    if (deadline !== undefined && deadline <= ready)
      errors.push(invalidValue(path, deadline, 'must be greater than minReadySeconds'))
    return errors
  },
  validateUpdate: selectorIsFixed,
  validateStatusUpdate: ({ status }, old) => [
    ...validateReplicaCounts(status, {
      counts: [
        'observedGeneration',
        'replicas',
        'updatedReplicas',
        'readyReplicas',
        'availableReplicas',
        'unavailableReplicas',
        'terminatingReplicas',
        'collisionCount',
      ],
      ofReplicas: ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
      ready: 'readyReplicas',
    }),
    ...validateCollisions(status, old.status),
  ],
  warnings: replicaWarnings,
}

/** A Deployment's selector and template are those of its ReplicaSets, and errors speak of these. */
function validateReplicated(spec: ReplicaSetSpec, old: PodTemplateSpec | undefined): FieldError[] {
  const { selector, template = {} } = spec
  const errors = validateOwnSelector(spec, 'deployment')
  if (selector !== undefined && !isReadable(selector))
    return [...errors, invalidValue('spec.selector', printedSelector(selector), 'invalid label selector')]
  return [...errors, ...validateSelected(spec), ...validateControlledTemplate(template, { kind: 'ReplicaSet', old })]
}

export const replicaSetRules: KindRules<ReplicaSet> = {
  reportsMissing: true,
  validate: ({ spec }, old) => [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateReplicated(spec, old?.spec.template),
  ],
  validateUpdate: selectorIsFixed,
  validateStatusUpdate: ({ status }) =>
    validateReplicaCounts(status, {
      counts: [
        'replicas',
        'fullyLabeledReplicas',
        'readyReplicas',
        'availableReplicas',
        'observedGeneration',
        'terminatingReplicas',
      ],
      ofReplicas: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      ready: 'readyReplicas',
    }),
  warnings: replicaWarnings,
}

const DAEMON_COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
]

export const daemonSetRules: KindRules<DaemonSet> = {
  changesFirst: true,
  reportsMissing: true,
  validate: ({ spec }, old) => {
    const { selector, template, updateStrategy = {} } = spec
    const errors = selector === undefined ? [] : validateKeptSelector(selector, old?.spec.selector)
    errors.push(...validateSelected(spec))
    if (selector !== undefined && !selector.matchLabels && !selector.matchExpressions)
      errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset'))
    return [
      ...errors,
      ...validateControlledTemplate(template, { kind: 'DaemonSet', old: old?.spec.template }),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...validateDaemonSetStrategy(updateStrategy),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ]
  },
  validateUpdate: selectorIsFixed,
  validateStatusUpdate: ({ status }, old) => [
    ...validateCounts(status, DAEMON_COUNTS),
    ...validateCollisions(status, old.status),
  ],
  warnings: (object, old) =>
    old === undefined || immutable(object.spec.template, old.spec.template, '').length > 0
      ? podTemplateWarnings('spec.template', object.spec.template)
      : [],
}
