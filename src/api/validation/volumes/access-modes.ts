/** How volumes may be mounted, alike for volumes and claims. */
import { type FieldError, forbidden, notSupported } from '../field-error.ts'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const VOLUME_MODES = ['Block', 'Filesystem']

export function validateAccessModes(modes: readonly string[], path: string): FieldError[] {
  const errors = modes.filter((mode) => !MODES.includes(mode)).map((mode) => notSupported(path, mode, MODES))
  const known = modes.filter((mode) => MODES.includes(mode))
  return known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')
    ? [...errors, forbidden(path, 'may not use ReadWriteOncePod with other access modes')]
    : errors
}

export const validateVolumeMode = (mode: string | undefined, path: string): FieldError[] =>
  mode !== undefined && !VOLUME_MODES.includes(mode) ? [notSupported(path, mode, VOLUME_MODES)] : []
