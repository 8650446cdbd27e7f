/** The write context of an HTTP request: its user, its options and the warnings that go back. */
import { type FieldError, invalid } from '../../api/index.ts'
import type { WriteContext } from '../registry/write-context.ts'
import type { ResourceRequest } from '../server/context.ts'
import { warningHeader } from '../server/response.ts'
import { isDryRun } from './parameters.ts'

export interface RequestContext extends WriteContext {
  /** The headers of the answer that carry what was warned of. */
  warningHeaders: () => Record<string, string>
}

type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'

/** `options` are those of the body, which DELETE has. Throws ApiError `BadRequest`. */
export function writeContextOf(
  request: ResourceRequest,
  kind: OptionsKind,
  options: { dryRun?: boolean } & Record<string, unknown> = {},
): RequestContext {
  const { info, user, subresource } = request
  const dryRun = options.dryRun ?? isDryRun(info.query)
  const warnings = new Set<string>()
  const named = kind === 'DeleteOptions' ? undefined : info.query.get('fieldManager') || undefined
  const validation = kind === 'DeleteOptions' ? undefined : info.query.get('fieldValidation') || undefined
  return {
    user,
    subresource,
    dryRun,
    fieldManager: kind === 'DeleteOptions' ? undefined : (named ?? managerOf(request)),
    options: {
      kind,
      apiVersion: 'meta.k8s.io/v1',
      ...options,
      ...(named && { fieldManager: checkedManager(named, kind) }),
      ...(validation && { fieldValidation: validation }),
      dryRun: dryRun ? ['All'] : undefined,
    },
    warn: (text) => void warnings.add(text),
    annotate: request.annotate,
    warningHeaders: () => warningHeader([...warnings]),
  }
}

const MAX_MANAGER = 128
const PLAIN_MANAGER = /^[\x20-\x7e]{1,128}$/
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u
const UNPRINTABLE_ALL = new RegExp(UNPRINTABLE, 'gu')

/** Wording: k8s.io/apimachinery v0.34, pkg/apis/meta/v1/validation (ValidateFieldManager). */
function checkedManager(name: string, kind: OptionsKind): string {
  const errors: FieldError[] = []
  const field = 'fieldManager'
  if (Buffer.byteLength(name) > MAX_MANAGER)
    errors.push({ type: 'FieldValueTooLong', field, message: `Too long: may not be more than ${MAX_MANAGER} bytes` })
  const bad = UNPRINTABLE.exec(name)
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const why = `invalid character U+${code} (at position ${Buffer.byteLength(name.slice(0, bad.index))})`
    errors.push({ type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(name)}: ${why}` })
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors)
  return name
}

/** Who names no manager goes by the name of the program. Source: k8s.io/apiserver v0.34, endpoints/handlers
 *  (managerOrUserAgent). */
function managerOf({ request }: ResourceRequest): string {
  const agent = request.headers['user-agent'] ?? ''
  const slash = agent.indexOf('/')
  const program = slash === -1 ? agent : agent.slice(0, slash)
  if (PLAIN_MANAGER.test(program)) return program
  return Array.from(program.replaceAll(UNPRINTABLE_ALL, '')).slice(0, MAX_MANAGER).join('') || 'unknown'
}
