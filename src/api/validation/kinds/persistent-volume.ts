/** PersistentVolumes and VolumeAttachments. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidatePersistentVolumeSpec), pkg/apis/storage/validation (ValidateVolumeAttachment). Of the kinds of volumes
 *  those are looked into that are not replaced by CSI drivers. */
import { posix } from 'node:path'
import { dnsSubdomainProblems } from '../../formats/index.ts'
import type {
  PersistentVolume,
  PersistentVolumeSpec,
  VolumeAttachment,
  VolumeAttachmentSpec,
} from '../../generated/types.ts'
import { compareQuantities } from '../../quantity/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateNodeSelector } from '../pod/node-selector.ts'
import { validateDriverName } from './csi.ts'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const RECLAIM = ['Delete', 'Recycle', 'Retain']
const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]
/** The fields of the spec that are no kind of volume. */
const GENERAL = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])

export const persistentVolumeRules: KindRules<PersistentVolume> = {
  validate: ({ spec }) => (spec === undefined ? [] : validateSpec(spec)),
  validateUpdate: ({ spec = {} }: Partial<PersistentVolume>, { spec: old = {} }: Partial<PersistentVolume>) => {
    const errors: FieldError[] = []
    if (!sameValue(sourceOf(spec, old), sourceOf(old)))
      errors.push(forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'))
    errors.push(...immutable(spec.volumeMode, old.volumeMode, 'volumeMode'))
    if (old.nodeAffinity !== undefined)
      errors.push(
        ...immutable(
          spec.nodeAffinity,
          old.nodeAffinity,
          'nodeAffinity',
          'field is immutable, except for updating from beta label to GA',
        ),
      )
    if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
      errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
    return errors
  },
}

const sourcesOf = (spec: PersistentVolumeSpec) => Object.keys(spec).filter((field) => !GENERAL.has(field))

/** The secret to expand a volume with may be added later. */
function sourceOf(spec: PersistentVolumeSpec, old?: PersistentVolumeSpec): object {
  const source = Object.fromEntries(Object.entries(spec).filter(([field]) => !GENERAL.has(field)))
  if (spec.csi === undefined || old?.csi === undefined || old.csi.controllerExpandSecretRef !== undefined) return source
  return { ...source, csi: { ...spec.csi, controllerExpandSecretRef: undefined } }
}

function validateSpec(spec: PersistentVolumeSpec): FieldError[] {
  const { persistentVolumeReclaimPolicy: reclaim, nodeAffinity, storageClassName: className, volumeMode: mode } = spec
  const errors = [...validateModes(spec.accessModes ?? []), ...validateCapacity(spec.capacity ?? {})]
  const policy = 'spec.persistentVolumeReclaimPolicy'
  if (reclaim && !RECLAIM.includes(reclaim)) errors.push(notSupported(policy, reclaim, RECLAIM))
  if (nodeAffinity?.required !== undefined)
    errors.push(...validateNodeSelector(nodeAffinity.required, 'spec.nodeAffinity.required'))
  else if (nodeAffinity !== undefined)
    errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'))
  errors.push(...validateSource(spec))
  if (reclaim === 'Recycle' && spec.hostPath !== undefined && posix.normalize(spec.hostPath.path) === '/')
    errors.push(forbidden(policy, "may not be 'recycle' for a hostPath mount of '/'"))
  if (className) errors.push(...invalidFormat('spec.storageClassName', className, dnsSubdomainProblems(className)))
  if (mode !== undefined && mode !== 'Block' && mode !== 'Filesystem')
    errors.push(notSupported('spec.volumeMode', mode, ['Block', 'Filesystem']))
  return [...errors, ...validateAttributesClass(spec)]
}

function validateModes(modes: readonly string[]): FieldError[] {
  const path = 'spec.accessModes'
  const errors: FieldError[] = modes.length === 0 ? [required(path)] : []
  for (const mode of modes) if (!MODES.includes(mode)) errors.push(notSupported(path, mode, MODES))
  const known = modes.filter((mode) => MODES.includes(mode))
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod'))
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'))
  return errors
}

function validateCapacity(capacity: Record<string, string | number>): FieldError[] {
  const path = 'spec.capacity'
  const names = Object.keys(capacity)
  const errors: FieldError[] = names.length === 0 ? [required(path)] : []
  if (!names.includes('storage') || names.length > 1) errors.push(notSupported(path, capacity, ['storage']))
  for (const [name, amount] of Object.entries(capacity))
    if (compareQuantities(amount, 0) <= 0)
      errors.push(invalidValue(`${path}[${name}]`, amount, 'must be greater than zero'))
  return errors
}

function validateSource(spec: PersistentVolumeSpec): FieldError[] {
  const [first, ...more] = sourcesOf(spec)
  if (first === undefined) return [required('spec', 'must specify a volume type')]
  const { hostPath, nfs, local, csi } = spec
  const errors = more.map((field) => forbidden(`spec.${field}`, 'may not specify more than 1 volume type'))
  if (hostPath) errors.push(...validatePath(hostPath.path, 'spec.hostPath.path'))
  if (hostPath?.type !== undefined && !HOST_PATH_TYPES.includes(hostPath.type))
    errors.push(notSupported('spec.hostPath.type', hostPath.type, HOST_PATH_TYPES))
  if (nfs && !nfs.server) errors.push(required('spec.nfs.server'))
  if (nfs && !nfs.path) errors.push(required('spec.nfs.path'))
  if (nfs && !nfs.path?.startsWith('/'))
    errors.push(invalidValue('spec.nfs.path', nfs.path ?? '', 'must be an absolute path'))
  if (local) errors.push(...validatePath(local.path, 'spec.local.path'))
  if (local && spec.nodeAffinity === undefined)
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'))
  if (csi) errors.push(...validateDriverName(csi.driver ?? '', 'spec.csi.driver'))
  if (csi && !csi.volumeHandle) errors.push(required('spec.csi.volumeHandle'))
  return errors
}

function validatePath(path: string | undefined, field: string): FieldError[] {
  if (!path) return [required(field)]
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : []
}

function validateAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec): FieldError[] {
  if (name === undefined) return []
  const path = 'spec.volumeAttributesClassName'
  const errors =
    name === ''
      ? [required(path, 'an empty string is disallowed')]
      : invalidFormat(path, name, dnsSubdomainProblems(name))
  if (csi === undefined) errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'))
  return errors
}

export const volumeAttachmentRules: KindRules<VolumeAttachment> = {
  validate: ({ spec }) => (spec === undefined ? [] : validateAttachment(spec)),
  validateUpdate: ({ spec }, { spec: old }) => immutable(spec, old, 'spec'),
}

function validateAttachment({ attacher = '', nodeName = '', source }: Partial<VolumeAttachmentSpec>): FieldError[] {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source ?? {}
  const path = 'spec.source'
  const why = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  const errors = validateDriverName(attacher, 'spec.attacher')
  if (inline === undefined && name === undefined) errors.push(required(path, why))
  else if (inline !== undefined && name !== undefined) errors.push(forbidden(path, why))
  else if (name === '')
    errors.push(required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName'))
  else if (name !== undefined)
    errors.push(...invalidFormat(`${path}.persistentVolumeName`, name, dnsSubdomainProblems(name)))
  return [...errors, ...invalidFormat('spec.nodeName', nodeName, dnsSubdomainProblems(nodeName))]
}
