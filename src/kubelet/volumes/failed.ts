import { KubeletError } from '../errors.ts'

/** A volume that cannot be made ready. */
export const failed = (message: string, cause?: unknown): KubeletError =>
  new KubeletError('FailedMount', message, { cause })
