/** Volumes inside containers, as files and as devices.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (ValidateVolumeMounts, ValidateVolumeDevices). */
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, notFoundValue, notSupported, required } from '../field-error.ts'
import { validateDescendingPath, validateNoBacksteps } from './paths.ts'

/** By name, those that containers may refer to. */
export type VolumesByName = ReadonlyMap<string, Volume>
type Mounting = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const RECURSIONS = ['Disabled', 'Enabled', 'IfPossible']

export function validateMounts(container: Mounting, volumes: VolumesByName, path: string): FieldError[] {
  const devices: readonly Partial<VolumeDevice>[] = container.volumeDevices ?? []
  const paths = new Set<string>()
  return (container.volumeMounts ?? []).flatMap((mount: Partial<VolumeMount>, index) => {
    const at = `${path}[${index}]`
    const { name = '', mountPath = '', subPath = '', subPathExpr = '' } = mount
    const errors: FieldError[] = []
    if (name === '') errors.push(required(`${at}.name`))
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name))
    if (mountPath === '') errors.push(required(`${at}.mountPath`))
    if (paths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'))
    paths.add(mountPath)
    if (devices.some((device) => (device.name ?? '') === name))
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'))
    if (lastPaths(devices.map(({ name: other = '', devicePath = '' }) => [other, devicePath])).has(mountPath))
      errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'))
    // From here on Kubernetes names the list, not the mount.
    if (subPath !== '') errors.push(...validateDescendingPath(subPath, `${path}.subPath`))
    if (subPathExpr !== '' && subPath !== '')
      errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    if (subPathExpr !== '') errors.push(...validateDescendingPath(subPathExpr, `${path}.subPathExpr`))
    const isPrivileged = container.securityContext?.privileged === true
    errors.push(...validatePropagation(mount.mountPropagation, `${path}.mountPropagation`, isPrivileged))
    return [...errors, ...validateRecursion(mount, `${path}.recursiveReadOnly`)]
  })
}

/** Of several paths of one volume Kubernetes knows the last. */
const lastPaths = (byName: readonly (readonly [string, string])[]) => new Set(new Map(byName).values())

function validatePropagation(propagation: string | undefined, at: string, isPrivileged: boolean): FieldError[] {
  if (propagation === undefined) return []
  if (!PROPAGATIONS.includes(propagation)) return [notSupported(at, propagation, PROPAGATIONS)]
  return propagation === 'Bidirectional' && !isPrivileged
    ? [forbidden(at, 'Bidirectional mount propagation is available only to privileged containers')]
    : []
}

function validateRecursion(mount: Partial<VolumeMount>, at: string): FieldError[] {
  const { recursiveReadOnly, readOnly, mountPropagation = 'None' } = mount
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return []
  if (!RECURSIONS.includes(recursiveReadOnly))
    return [notSupported(at, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'])]
  const errors: FieldError[] = []
  if (readOnly !== true) errors.push(forbidden(at, 'may only be specified when readOnly is true'))
  if (mountPropagation !== 'None')
    errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'))
  return errors
}

export function validateDevices(container: Mounting, volumes: VolumesByName, path: string): FieldError[] {
  const mounts: readonly Partial<VolumeMount>[] = container.volumeMounts ?? []
  const [names, paths] = [new Set<string>(), new Set<string>()]
  return (container.volumeDevices ?? []).flatMap((device: Partial<VolumeDevice>, index) => {
    const at = `${path}[${index}]`
    const { name = '', devicePath = '' } = device
    const volume = volumes.get(name)
    const errors: FieldError[] = []
    if (name === '') errors.push(required(`${at}.name`))
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'))
    if (volume === undefined) errors.push(notFoundValue(`${at}.name`, name))
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const why = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'
      errors.push(invalidValue(`${at}.name`, name, why))
    }
    if (devicePath === '') errors.push(required(`${at}.devicePath`))
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'))
    if (validateNoBacksteps(devicePath, at).length > 0)
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    else paths.add(devicePath)
    if (mounts.some((mount) => (mount.name ?? '') === name))
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'))
    if (lastPaths(mounts.map(({ name: other = '', mountPath = '' }) => [other, mountPath])).has(devicePath))
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    if (name !== '') names.add(name)
    return errors
  })
}
