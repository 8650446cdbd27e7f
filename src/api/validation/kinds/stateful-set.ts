/** StatefulSets. Source: kubernetes v1.34, pkg/apis/apps/validation, pkg/registry/apps/statefulset. */
import { dnsLabelProblems } from '../../formats/index.ts'
import type {
  PersistentVolumeClaim,
  PodTemplateSpec,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateAnnotations, validateLabels } from '../metadata.ts'
import { nonNegative, nonNegativeOrPercent, notMoreThanAll } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'
import { podTemplateWarnings } from '../pod/warnings.ts'
import { claimSpecWarnings } from '../pod/warnings/volumes.ts'
import { validateClaimSpec } from '../volumes/claim-spec.ts'
import { validateEndless } from './controlled-template.ts'
import { validateCollisions, validateReplicaCounts } from './replica-status.ts'
import { isZero } from './rollout.ts'
import { isReadable, printedSelector, validateOwnSelector, validateSelected } from './selector.ts'
import { isAnotherGeneration } from './template-warnings.ts'

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const

const TEMPLATE = 'spec.template'

export const statefulSetRules: KindRules<StatefulSet> = {
  reportsMissing: true,
  validate: ({ spec }, old) => {
    const { podManagementPolicy: policy, serviceName } = spec
    const errors: FieldError[] = []
    if (!policy) errors.push(required('spec.podManagementPolicy'))
    else if (policy !== 'OrderedReady' && policy !== 'Parallel')
      errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"))
    // What cannot change was accepted once.
    const name = old === undefined && serviceName ? serviceName : undefined
    return [
      ...errors,
      ...validateStrategy(spec.updateStrategy ?? {}),
      ...validateRetention(spec),
      ...(old === undefined ? validateClaims(spec) : []),
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.ordinals?.start, 'spec.ordinals.start'),
      ...(name === undefined ? [] : invalidFormat('spec.serviceName', name, dnsLabelProblems(name))),
      ...validateOwnSelector(spec, 'statefulset'),
      ...validateSetTemplate(spec, old?.spec.template),
      ...validateEndless(spec.template ?? {}, 'StatefulSet'),
    ]
  },
  validateUpdate: ({ spec }, old) => {
    const comparable = { ...spec }
    for (const field of MUTABLE) Object.assign(comparable, { [field]: old.spec[field] })
    if (sameValue(comparable, old.spec)) return []
    const fields = MUTABLE.map((field) => `'${field}'`)
    const named = `${fields.slice(0, -1).join(', ')} and ${fields.at(-1)}`
    return [forbidden('spec', `updates to statefulset spec for fields other than ${named} are forbidden`)]
  },
  validateStatusUpdate: ({ status }, old) => [
    ...validateReplicaCounts(status, {
      counts: [
        'replicas',
        'readyReplicas',
        'currentReplicas',
        'updatedReplicas',
        'availableReplicas',
        'observedGeneration',
        'collisionCount',
      ],
      ofReplicas: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
      ready: 'status.readyReplicas',
    }),
    ...validateCollisions(status, old.status),
  ],
  warnings: (object, old) => {
    const { template, volumeClaimTemplates: claims = [], revisionHistoryLimit: limit = 0 } = object.spec
    const why = 'a negative value retains all historical revisions; a value >= 0 is recommended'
    return [
      ...(isAnotherGeneration(object, old) ? podTemplateWarnings(TEMPLATE, template) : []),
      ...claims.flatMap(({ spec = {} }: Partial<PersistentVolumeClaim>, index) =>
        claimSpecWarnings(spec, `spec.volumeClaimTemplates[${index}]${old === undefined ? '' : '.Spec'}`),
      ),
      ...(limit < 0 ? [`spec.revisionHistoryLimit: ${why}`] : []),
    ]
  },
}

function validateStrategy({ type, rollingUpdate: rolling }: StatefulSetUpdateStrategy): FieldError[] {
  const [at, path] = ['spec.updateStrategy', 'spec.updateStrategy.rollingUpdate']
  if (!type) return [required(at)]
  const printed = rolling ? { Partition: rolling.partition ?? 0, MaxUnavailable: rolling.maxUnavailable ?? null } : null
  if (type === 'OnDelete')
    return rolling === undefined ? [] : [invalidValue(path, printed, "only allowed for updateStrategy 'RollingUpdate'")]
  if (type !== 'RollingUpdate')
    return [invalidValue(at, { Type: type, RollingUpdate: printed }, "must be 'RollingUpdate' or 'OnDelete'")]
  const { partition, maxUnavailable: most } = rolling ?? {}
  const errors = nonNegative(partition, `${path}.partition`)
  if (most === undefined) return errors
  errors.push(...nonNegativeOrPercent(most, `${path}.maxUnavailable`))
  if (isZero(most)) errors.push(invalidValue(`${path}.maxUnavailable`, most, 'cannot be 0'))
  return [...errors, ...notMoreThanAll(most, `${path}.maxUnavailable`)]
}

function validateRetention({ persistentVolumeClaimRetentionPolicy: policy }: StatefulSetSpec): FieldError[] {
  if (policy === undefined) return []
  return (['whenDeleted', 'whenScaled'] as const).flatMap((field) => {
    const value = policy[field] ?? ''
    const path = `spec.persistentVolumeClaimRetentionPolicy.${field}`
    return value === 'Retain' || value === 'Delete' ? [] : [notSupported(path, value, ['Retain', 'Delete'])]
  })
}

const validateClaims = ({ volumeClaimTemplates: claims = [] }: StatefulSetSpec): FieldError[] =>
  claims.flatMap(({ spec }: Partial<PersistentVolumeClaim>, index) =>
    validateClaimSpec(spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`),
  )

function validateSetTemplate(spec: Partial<StatefulSetSpec>, old: PodTemplateSpec | undefined): FieldError[] {
  const { selector, template = {} } = spec
  if (selector !== undefined && !isReadable(selector))
    return [invalidValue('spec.selector', printedSelector(selector), '')]
  const { labels, annotations } = template.metadata ?? {}
  return [
    ...validateSelected(spec),
    ...validateTemplate(withClaims(spec), TEMPLATE, old),
    // Kubernetes looks at both once more.
    ...validateLabels(labels, `${TEMPLATE}.labels`),
    ...validateAnnotations(annotations, `${TEMPLATE}.annotations`),
  ]
}

/** The template as the controller completes it: with a volume for each claim, under names of its own. */
function withClaims({ template = {}, volumeClaimTemplates = [] }: Partial<StatefulSetSpec>): PodTemplateSpec {
  if (template.spec === undefined) return template
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''))
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))
  const volumes = [...claims, ...(template.spec.volumes ?? []).filter((volume) => !names.has(volume.name))]
  return { ...template, spec: { ...template.spec, volumes, hostname: undefined, subdomain: undefined } }
}
