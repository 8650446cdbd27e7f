/** Volumes have one source: which it is, and that there are no others. Source: kubernetes v1.34,
 *  pkg/apis/core/validation (validateVolumeSource, ValidatePersistentVolumeSpec). */
import { type FieldError, forbidden, required } from '../field-error.ts'

/** The checks of all kinds of sources, in Kubernetes' order: of several sources the first counts. */
export type SourceChecks<T> = { readonly [K in keyof T]-?: (source: NonNullable<T[K]>, path: string) => FieldError[] }

/** What Kubernetes calls a source in errors about it, and where there is one too many, if not by its name. */
const PATHS: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' }
const SURPLUS: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

/** `neverSurplus` is checked though there is another. */
export function validateExactlyOne<T extends object>(
  sources: T,
  checks: SourceChecks<T>,
  at: string,
  neverSurplus?: keyof T,
): FieldError[] {
  const errors: FieldError[] = []
  let found = false
  for (const field of Object.keys(checks) as (keyof T & string)[]) {
    const source = sources[field]
    if (source === undefined || source === null) continue
    if (found && field !== neverSurplus)
      errors.push(forbidden(`${at}.${SURPLUS[field] ?? field}`, 'may not specify more than 1 volume type'))
    else errors.push(...checks[field](source, `${at}.${PATHS[field] ?? field}`))
    found = true
  }
  return found ? errors : [required(at, 'must specify a volume type')]
}
