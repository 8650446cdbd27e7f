/** Metadata, alike for all kinds. Source: k8s.io/apimachinery v0.34, pkg/api/validation/objectmeta.go. */
import { dnsLabelProblems, labelValueProblems, pathSegmentProblems, qualifiedNameProblems } from '../formats/index.ts'
import type { ObjectMeta, OwnerReference } from '../generated/types.ts'
import type { Resource } from '../resource.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required, tooLong } from './field-error.ts'
import { immutable } from './immutable.ts'
import { generateNameProblems, nameProblems } from './names.ts'

const MAX_ANNOTATIONS_BYTES = 256 * 1024

export function validateMetadata(
  resource: Pick<Resource, 'group' | 'kind' | 'namespaced'>,
  metadata: Partial<ObjectMeta>,
): FieldError[] {
  const { name, generateName, namespace, generation } = metadata
  const errors: FieldError[] = []
  if (generateName)
    errors.push(...invalidFormat('metadata.generateName', generateName, generateNameProblems(resource, generateName)))
  if (!name) errors.push(required('metadata.name', 'name or generateName is required'))
  else errors.push(...invalidFormat('metadata.name', name, nameProblems(resource, name)))
  if (!resource.namespaced) {
    if (namespace) errors.push(forbidden('metadata.namespace', 'not allowed on this type'))
  } else if (!namespace) errors.push(required('metadata.namespace'))
  else errors.push(...invalidFormat('metadata.namespace', namespace, dnsLabelProblems(namespace)))
  if (generation !== undefined && generation < 0)
    errors.push(invalidValue('metadata.generation', generation, 'must be greater than or equal to 0'))
  return [
    ...errors,
    ...validateMetadataContent(metadata, 'metadata'),
    ...validateFinalizers(metadata.finalizers, 'metadata.finalizers'),
  ]
}

/** The metadata of an object inside another: whatever its kind, its name only has to fit into a path, and may be left
 *  out. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/objectmeta/validation.go. */
export function validateEmbeddedMetadata(metadata: Partial<ObjectMeta>, path: string): FieldError[] {
  const { name, generateName, namespace, generation } = metadata
  const errors: FieldError[] = []
  if (generateName)
    errors.push(...invalidFormat(`${path}.generateName`, generateName, pathSegmentProblems(generateName)))
  if (name) errors.push(...invalidFormat(`${path}.name`, name, pathSegmentProblems(name)))
  if (namespace) errors.push(...invalidFormat(`${path}.namespace`, namespace, dnsLabelProblems(namespace)))
  if (generation !== undefined && generation < 0)
    errors.push(invalidValue(`${path}.generation`, generation, 'must be greater than or equal to 0'))
  const content = validateMetadataContent(metadata, path)
  return [...errors, ...content, ...validateFinalizers(metadata.finalizers, `${path}.finalizers`)]
}

/** What the metadata of templates has too. */
export function validateMetadataContent(metadata: Partial<ObjectMeta>, path: string): FieldError[] {
  return [
    ...validateLabels(metadata.labels, `${path}.labels`),
    ...validateAnnotations(metadata.annotations, `${path}.annotations`),
    ...validateOwners(metadata.ownerReferences, `${path}.ownerReferences`),
  ]
}

export function validateLabels(labels: Record<string, string> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (labels === undefined) return errors
  for (const key of Object.keys(labels)) {
    const value = labels[key] ?? ''
    errors.push(...invalidFormat(path, key, qualifiedNameProblems(key)))
    errors.push(...invalidFormat(path, value, labelValueProblems(value)))
  }
  return errors
}

export function validateAnnotations(annotations: Record<string, string> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (annotations === undefined) return errors
  let bytes = 0
  for (const key of Object.keys(annotations)) {
    errors.push(...invalidFormat(path, key, qualifiedNameProblems(key.toLowerCase())))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? '')
  }
  if (bytes > MAX_ANNOTATIONS_BYTES) errors.push(tooLong(path, MAX_ANNOTATIONS_BYTES))
  return errors
}

function validateOwners(owners: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = []
  let controller: string | undefined
  for (const owner of owners ?? []) {
    const { apiVersion, kind, name, uid } = owner
    if (apiVersion === '') errors.push(invalidValue(`${path}.apiVersion`, apiVersion, 'version must not be empty'))
    if (kind === '') errors.push(invalidValue(`${path}.kind`, kind, 'must not be empty'))
    if (name === '') errors.push(invalidValue(`${path}.name`, name, 'must not be empty'))
    if (uid === '') errors.push(invalidValue(`${path}.uid`, uid, 'must not be empty'))
    if (apiVersion === 'v1' && kind === 'Event')
      errors.push(invalidValue(path, owner, '/v1, Kind=Event is disallowed from being an owner'))
    if (owner.controller !== true) continue
    const own = `${kind}/${name}`
    if (controller === undefined) controller = own
    else {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${own}`
      errors.push(invalidValue(path, owners, why))
    }
  }
  return errors
}

function validateFinalizers(finalizers: readonly string[] = [], path: string): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => invalidFormat(path, finalizer, qualifiedNameProblems(finalizer)))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  return errors
}

const IMMUTABLE = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

export function validateMetadataUpdate(metadata: Partial<ObjectMeta>, old: Partial<ObjectMeta>): FieldError[] {
  const errors: FieldError[] = []
  if (old.deletionTimestamp !== undefined) {
    const added = (metadata.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer)).sort()
    const listed = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`
    const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${listed}`
    if (added.length > 0) errors.push(forbidden('metadata.finalizers', why))
  }
  if ((metadata.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalidValue('metadata.generation', metadata.generation ?? 0, 'must not be decremented'))
  for (const field of IMMUTABLE) errors.push(...immutable(metadata[field], old[field], `metadata.${field}`))
  return [...errors, ...validateMetadataContent(metadata, 'metadata')]
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
/** Groups whose metadata is checked by the package `core`; its own events' is not. */
const CORE_CHECKED: ReadonlySet<string> = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

export const isCheckedByCore = ({ group, kind }: Pick<Resource, 'group' | 'kind'>): boolean =>
  CORE_CHECKED.has(group) && kind !== 'Event'

/** Finalizers that Kubernetes' own kinds may have besides those of others. Source: k8s.io/kubernetes v1.34,
 *  pkg/apis/core/validation (validateKubeFinalizerName), and who uses its ValidateObjectMeta. */
export function validateStandardFinalizers(
  resource: Pick<Resource, 'group' | 'kind'>,
  { finalizers = [] }: Partial<ObjectMeta>,
): FieldError[] {
  if (!isCheckedByCore(resource)) return []
  return finalizers.flatMap((finalizer, n) => validateStandardFinalizer(finalizer, `metadata.finalizers[${n}]`))
}

export const validateStandardFinalizer = (finalizer: string, path: string): FieldError[] =>
  finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
    ? []
    : [invalidValue(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')]
