/** VolumeAttachments. Source: kubernetes v1.34, pkg/apis/storage/validation (ValidateVolumeAttachment*). */
import { between, dnsSubdomainProblems } from '../../formats/index.ts'
import type {
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttachmentSpec,
  VolumeAttachmentStatus,
  VolumeError,
} from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required, tooLong } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateDriverName } from '../volumes/drivers.ts'
import { validateInlineSpec } from '../volumes/persistent-spec.ts'

const MAX_METADATA_BYTES = 256 * 1024
const MAX_MESSAGE_BYTES = 1024
const MAX_INT32 = 2 ** 31 - 1

export const volumeAttachmentRules: KindRules<VolumeAttachment> = {
  reportsMissing: true,
  validate: (attachment, old) => [
    ...validateAttachment(attachment),
    ...(old === undefined ? validateNames(attachment.spec) : []),
  ],
  // Kubernetes checks what replaces something twice, and says so.
  validateUpdate: (attachment, { spec: old }) => [
    ...validateAttachment(attachment),
    ...immutable(internalSpec(attachment.spec), internalSpec(old), 'spec'),
  ],
}

const validateAttachment = ({ spec, status }: VolumeAttachment): FieldError[] => [
  ...validateSpec(spec),
  ...validateStatus(status ?? {}),
]

/** As Kubernetes' messages print it; a volume without an object as the API does. */
const internalSpec = ({ attacher, source, nodeName }: VolumeAttachmentSpec) => ({
  Attacher: attacher,
  Source: {
    PersistentVolumeName: source.persistentVolumeName ?? null,
    InlineVolumeSpec: source.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName,
})

function validateSpec({ attacher, nodeName = '', source = {} }: Partial<VolumeAttachmentSpec>): FieldError[] {
  return [
    ...(attacher ? [] : [required('spec.attacher')]),
    ...validateSource(source, 'spec.source'),
    ...invalidFormat('spec.nodeName', nodeName, dnsSubdomainProblems(nodeName)),
  ]
}

function validateSource(source: VolumeAttachmentSource, path: string): FieldError[] {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source
  const why = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  if (inline !== undefined && name !== undefined) return [forbidden(path, why)]
  if (inline !== undefined) return validateInlineSpec(inline, `${path}.inlineVolumeSpec`)
  if (name === undefined) return [required(path, why)]
  return name === '' ? [required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')] : []
}

/** What is asked of new ones besides. */
function validateNames({ attacher = '', source }: Partial<VolumeAttachmentSpec>): FieldError[] {
  const name = source?.persistentVolumeName
  const errors = validateDriverName(attacher, 'spec.attacher')
  if (name === undefined) return errors
  return [...errors, ...invalidFormat('spec.source.persistentVolumeName', name, dnsSubdomainProblems(name))]
}

function validateStatus({ attachmentMetadata = {}, attachError, detachError }: Partial<VolumeAttachmentStatus>) {
  const bytes = Object.entries(attachmentMetadata).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  return [
    ...(bytes > MAX_METADATA_BYTES ? [tooLong('status.attachmentMetadata', MAX_METADATA_BYTES)] : []),
    ...validateError(attachError, 'status.attachError'),
    ...validateError(detachError, 'status.detachError'),
  ]
}

function validateError({ message = '', errorCode: code }: VolumeError = {}, path: string): FieldError[] {
  // Kubernetes says another limit than the one it means.
  const errors = Buffer.byteLength(message) > MAX_MESSAGE_BYTES ? [tooLong(`${path}.message`, MAX_METADATA_BYTES)] : []
  return code !== undefined && code < 0
    ? [...errors, invalidValue(`${path}.errorCode`, code, between(0, MAX_INT32))]
    : errors
}
