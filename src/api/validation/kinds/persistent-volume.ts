/** PersistentVolumes. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePersistentVolume*),
 *  pkg/volume/validation, pkg/api/persistentvolume. */
import { labelValueProblems } from '../../formats/index.ts'
import type { PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue } from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nodeLabelDeprecation } from '../node-label-deprecations.ts'
import { difference } from '../pod/spec-difference.ts'
import { validatePersistentSpec } from '../volumes/persistent-spec.ts'
import { persistentSourcesOf } from '../volumes/persistent-sources.ts'
import type { PersistentSources } from '../../volumes/sources.ts'

export const persistentVolumeRules: KindRules<PersistentVolume> = {
  reportsMissing: true,
  validate: (volume, old) => [...validateSpec(volume, old), ...validateMountOptions(volume)],
  validateUpdate: (volume, before) => {
    const [{ spec }, { spec: old }] = [volume, before]
    // Kubernetes checks what replaces something twice, and says so.
    const errors = validateSpec(volume, before)
    errors.push(...validateSourceUpdate(sourceOf(spec, old), sourceOf(old)))
    errors.push(...immutable(spec.volumeMode, old.volumeMode, 'volumeMode'))
    errors.push(...validateAffinityUpdate(spec.nodeAffinity, old.nodeAffinity))
    if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
      errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
    return errors
  },
  validateStatusUpdate: () => [],
  warnings: ({ metadata, spec }) => [
    ...DEPRECATED_ANNOTATIONS.filter(([key]) => Object.hasOwn(metadata.annotations ?? {}, key)).map(
      ([key, why]) => `metadata.annotations[${key}]: ${why}`,
    ),
    ...specWarnings(spec),
  ],
}

const validateSpec = ({ metadata, spec }: PersistentVolume, old: PersistentVolume | undefined): FieldError[] =>
  validatePersistentSpec(spec ?? {}, 'spec', {
    name: metadata.name ?? '',
    allowsInvalidNodeLabels: hasInvalidNodeLabels(old?.spec),
  })

const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options'
/** Kinds of volumes that take mount options by annotation. */
const MOUNTED_WITH_OPTIONS: readonly (keyof PersistentSources)[] = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
]

function validateMountOptions({ metadata, spec }: PersistentVolume): FieldError[] {
  const takesOptions = MOUNTED_WITH_OPTIONS.some((kind) => spec?.[kind] !== undefined)
  return !takesOptions && Object.hasOwn(metadata.annotations ?? {}, MOUNT_OPTIONS)
    ? [forbidden(`metadata.annotations.${MOUNT_OPTIONS}`, 'may not specify mount options for this volume type')]
    : []
}

function validateSourceUpdate(now: PersistentSources, old: PersistentSources): FieldError[] {
  const path = 'spec.persistentvolumesource'
  if (sameValue(now, old)) return []
  const changes = difference('PersistentVolumeSource', { ...old }, { ...now })
  return [forbidden(path, `${path} is immutable after creation\n${changes}`)]
}

/** The secret to expand a volume with may be added later. */
function sourceOf(spec: PersistentVolumeSpec, old?: PersistentVolumeSpec): PersistentSources {
  const source = persistentSourcesOf(spec)
  if (source.csi === undefined || old?.csi === undefined || old.csi.controllerExpandSecretRef !== undefined)
    return source
  return { ...source, csi: { ...source.csi, controllerExpandSecretRef: undefined } }
}

const hasInvalidNodeLabels = (spec: PersistentVolumeSpec | undefined): boolean =>
  (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).some(({ matchExpressions = [] }) =>
    matchExpressions.some(({ values = [] }) => values.some((value) => labelValueProblems(value).length > 0)),
  )

/** The names that labels of nodes had first, and have now. */
const GENERAL_NAMES: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
}

/** Once set it stays, except that labels may be called by their new names. */
function validateAffinityUpdate(
  now: VolumeNodeAffinity | undefined,
  old: VolumeNodeAffinity | undefined,
): FieldError[] {
  if (old === undefined || sameValue(now, renamedLike(old, now))) return []
  const why = 'field is immutable, except for updating from beta label to GA'
  return [invalidValue('nodeAffinity', internalAffinity(now), why)]
}

/** The old affinity, with the new names where `now` has them in the same place. */
function renamedLike(old: VolumeNodeAffinity, now: VolumeNodeAffinity | undefined): VolumeNodeAffinity {
  const copy = structuredClone(old)
  copy.required?.nodeSelectorTerms?.forEach((term, index) => {
    const like = now?.required?.nodeSelectorTerms?.[index]?.matchExpressions
    term.matchExpressions?.forEach((one, position) => {
      const renamed = Object.hasOwn(GENERAL_NAMES, one.key) ? GENERAL_NAMES[one.key] : undefined
      if (renamed !== undefined && like?.[position]?.key === renamed) one.key = renamed
    })
  })
  return copy
}

/** As Kubernetes' messages print it. */
function internalAffinity(affinity: VolumeNodeAffinity | undefined): object | null {
  const internal = (one: { key: string; operator: string; values?: string[] | undefined }) => ({
    Key: one.key,
    Operator: one.operator,
    Values: one.values ?? null,
  })
  if (affinity === undefined) return null
  const terms = affinity.required?.nodeSelectorTerms
  return {
    Required: affinity.required && {
      NodeSelectorTerms:
        terms?.map(({ matchExpressions, matchFields }) => ({
          MatchExpressions: matchExpressions?.map(internal) ?? null,
          MatchFields: matchFields?.map(internal) ?? null,
        })) ?? null,
    },
  }
}

const DEPRECATED_ANNOTATIONS = [
  ['volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead'],
  [MOUNT_OPTIONS, 'deprecated since v1.31; use "mountOptions" attribute instead'],
] as const

/** What they are called in the warnings, where it is not their name. */
const DEPRECATED_KINDS: readonly (readonly [kind: keyof PersistentSources, why: string, said?: string])[] = [
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

function specWarnings(spec: PersistentVolumeSpec): string[] {
  const warnings: string[] = []
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    )
  spec.nodeAffinity?.required?.nodeSelectorTerms?.forEach(({ matchExpressions = [] }, index) =>
    matchExpressions.forEach(({ key }, position) => {
      const why = nodeLabelDeprecation(key)
      const at = `spec.nodeAffinity.required.nodeSelectorTerms[${index}].matchExpressions[${position}].key`
      if (why !== undefined) warnings.push(`${at}: ${key} is ${why}`)
    }),
  )
  for (const [kind, why, said] of DEPRECATED_KINDS)
    if (spec[kind] !== undefined) warnings.push(`spec.${said ?? kind}: ${why}`)
  return warnings
}
