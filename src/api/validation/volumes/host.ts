/** Volumes on the node's own disk, and the repository that is cloned there. */
import type {
  EmptyDirVolumeSource,
  GitRepoVolumeSource,
  HostPathVolumeSource,
  LocalVolumeSource,
} from '../../generated/types.ts'
import { compareQuantities } from '../../quantity/index.ts'
import { type FieldError, forbidden, notSupported, required } from '../field-error.ts'
import { validateDescendingPath, validateNoBacksteps } from '../pod/paths.ts'
import { validatePresent } from './present.ts'

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

export function validateEmptyDir({ sizeLimit }: EmptyDirVolumeSource, at: string): FieldError[] {
  return sizeLimit !== undefined && compareQuantities(sizeLimit, 0) < 0
    ? [forbidden(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
    : []
}

export function validateHostPath({ path, type }: HostPathVolumeSource, at: string): FieldError[] {
  if (!path) return [required(`${at}.path`)]
  const errors = validateNoBacksteps(path, `${at}.path`)
  if (type !== undefined && !HOST_PATH_TYPES.includes(type))
    errors.push(notSupported(`${at}.type`, type, HOST_PATH_TYPES))
  return errors
}

export const validateGitRepo = (repo: GitRepoVolumeSource, at: string): FieldError[] => [
  ...validatePresent(repo, ['repository'], at),
  ...validateDescendingPath(repo.directory ?? '', `${at}.directory`),
]

export const validateLocal = ({ path }: LocalVolumeSource, at: string): FieldError[] =>
  path ? validateNoBacksteps(path, `${at}.path`) : [required(`${at}.path`)]
