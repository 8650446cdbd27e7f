/** Whether the options of a request may be asked for. All throw ApiError `Invalid`. Source: k8s.io/apimachinery v0.34,
 *  pkg/apis/meta/v1/validation and pkg/apis/meta/internalversion/validation. */
import { type FieldError, invalid } from '../../api/index.ts'
import { forbidden, invalidValue, notSupported, tooLong } from '../../api/machinery.ts'

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions' | 'ListOptions'

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']
const POLICIES = ['Foreground', 'Background', 'Orphan']

export const dryRunOf = (query: URLSearchParams): string[] => query.getAll('dryRun').filter((value) => value !== '')

/** Those of a write that has a body to be decoded. */
export function checkWriteOptions(query: URLSearchParams, kind: OptionsKind): void {
  const validation = query.get('fieldValidation') ?? ''
  refuse(kind, [
    ...managerErrors(query.get('fieldManager') ?? ''),
    ...dryRunErrors(dryRunOf(query)),
    ...(VALIDATIONS.includes(validation) ? [] : [notSupported('fieldValidation', validation, VALIDATIONS)]),
  ])
}

export function checkDeleteOptions(options: {
  propagationPolicy?: string | undefined
  orphanDependents?: boolean | undefined
  dryRun?: readonly string[] | undefined
}): void {
  const { propagationPolicy: policy, orphanDependents, dryRun = [] } = options
  const field = 'propagationPolicy'
  const errors: FieldError[] = []
  if (orphanDependents !== undefined && policy !== undefined)
    errors.push(invalidValue(field, policy, 'orphanDependents and deletionPropagation cannot be both set'))
  if (policy !== undefined && !POLICIES.includes(policy)) errors.push(notSupported(field, policy, [...POLICIES, 'nil']))
  refuse('DeleteOptions', [...errors, ...dryRunErrors(dryRun)])
}

export function checkListOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? ''
  const version = query.get('resourceVersion') ?? ''
  const errors: FieldError[] = []
  if (match !== '' && version === '')
    errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
  if (match !== '' && query.get('continue')) errors.push(forbidden(MATCH, AFTER_CONTINUE))
  if (match !== '' && match !== 'Exact' && match !== 'NotOlderThan')
    errors.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']))
  if (match === 'Exact' && version === '0')
    errors.push(forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  if (query.has('sendInitialEvents'))
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  refuse('ListOptions', errors)
}

export function checkWatchOptions(query: URLSearchParams): void {
  const match = query.get('resourceVersionMatch') ?? ''
  const wantsInitial = query.has('sendInitialEvents')
  const errors: FieldError[] = []
  if (wantsInitial && match !== 'NotOlderThan')
    errors.push(forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (match !== '' && !wantsInitial)
    errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
  if (match !== '' && match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['NotOlderThan']))
  if (match !== '' && query.get('continue')) errors.push(forbidden(MATCH, AFTER_CONTINUE))
  refuse('ListOptions', errors)
}

const MATCH = 'resourceVersionMatch'
const AFTER_CONTINUE = 'resourceVersionMatch is forbidden when continue is provided'

function refuse(kind: OptionsKind, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', [...errors])
}

const dryRunErrors = (values: readonly string[]): FieldError[] =>
  values.every((value) => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])]

const MAX_MANAGER = 128
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u

function managerErrors(name: string): FieldError[] {
  const errors: FieldError[] = []
  const field = 'fieldManager'
  if (Buffer.byteLength(name) > MAX_MANAGER) errors.push(tooLong(field, MAX_MANAGER))
  const bad = UNPRINTABLE.exec(name)
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const at = Buffer.byteLength(name.slice(0, bad.index))
    errors.push(invalidValue(field, name, `invalid character U+${code} (at position ${at})`))
  }
  return errors
}
