/** Volumes on file servers and storage clusters. */
import type {
  CephFSPersistentVolumeSource,
  CephFSVolumeSource,
  FlockerVolumeSource,
  GlusterfsPersistentVolumeSource,
  GlusterfsVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  RBDPersistentVolumeSource,
  RBDVolumeSource,
} from '../../generated/types.ts'
import { dnsLabelProblems } from '../../formats/index.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validatePresent } from './present.ts'

const MAX_TENANT = 64

export function validateNfs(nfs: NFSVolumeSource, at: string): FieldError[] {
  const errors = validatePresent(nfs, ['server', 'path'], at)
  if (!nfs.path?.startsWith('/')) errors.push(invalidValue(`${at}.path`, nfs.path ?? '', 'must be an absolute path'))
  return errors
}

export const validateGlusterfs = (gluster: GlusterfsVolumeSource, at: string): FieldError[] =>
  validatePresent(gluster, ['endpoints', 'path'], at)

export function validatePersistentGlusterfs(gluster: GlusterfsPersistentVolumeSource, at: string): FieldError[] {
  const { endpointsNamespace: namespace } = gluster
  const problems =
    namespace === ''
      ? ['if the endpointnamespace is set, it must be a valid namespace name']
      : dnsLabelProblems(namespace ?? 'none')
  return [...validateGlusterfs(gluster, at), ...invalidFormat(`${at}.endpointsNamespace`, namespace, problems)]
}

export const validateRbd = (rbd: RBDVolumeSource | RBDPersistentVolumeSource, at: string): FieldError[] =>
  validatePresent(rbd, ['monitors', 'image'], at)

export const validateCephFs = (ceph: CephFSVolumeSource | CephFSPersistentVolumeSource, at: string): FieldError[] =>
  validatePresent(ceph, ['monitors'], at)

export function validateFlocker({ datasetName: name = '', datasetUUID: uuid = '' }: FlockerVolumeSource, at: string) {
  const errors: FieldError[] = []
  if (!name && !uuid) errors.push(required(at, 'one of datasetName and datasetUUID is required'))
  if (name && uuid)
    errors.push(invalidValue(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  if (name.includes('/')) errors.push(invalidValue(`${at}.datasetName`, name, "must not contain '/'"))
  return errors
}

export function validateQuobyte(quobyte: QuobyteVolumeSource, at: string): FieldError[] {
  const { registry, tenant = '' } = quobyte
  const why = 'must be a host:port pair or multiple pairs separated by commas'
  const errors: FieldError[] = []
  if (!registry) errors.push(required(`${at}.registry`, why))
  else if (Buffer.byteLength(tenant) > MAX_TENANT)
    errors.push(required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
  else
    for (const pair of registry.split(','))
      if (!HOST_AND_PORT.test(pair)) errors.push(invalidValue(`${at}.registry`, registry, why))
  return [...errors, ...validatePresent(quobyte, ['volume'], at)]
}

/** As Go's net.SplitHostPort reads it: either part may be empty, and only a host in brackets has colons. */
const HOST_AND_PORT = /^(\[[^[\]]*\]|[^[\]:]*):[^[\]:]*$/
