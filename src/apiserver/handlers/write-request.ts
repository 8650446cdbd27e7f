/** The write context of an HTTP request: its user, its options and the warnings that go back. */
import type { WriteContext } from '../registry/write-context.ts'
import type { ResourceRequest } from '../server/context.ts'
import { warningHeader } from '../server/response.ts'
import { checkWriteOptions, dryRunOf, type OptionsKind } from './request-options.ts'

export interface RequestContext extends WriteContext {
  /** The headers of the answer that carry what was warned of. */
  warningHeaders: () => Record<string, string>
}

/** `options` are those of the body, which DELETE has. Throws ApiError `Invalid`. */
export function writeContextOf(
  request: ResourceRequest,
  kind: OptionsKind,
  options: { dryRun?: boolean } & Record<string, unknown> = {},
): RequestContext {
  const { info, user, subresource, warnings } = request
  if (kind !== 'DeleteOptions') checkWriteOptions(info.query, kind)
  const dryRun = options.dryRun ?? dryRunOf(info.query).length > 0
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
      ...(named && { fieldManager: named }),
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
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/gu

/** Who names no manager goes by the name of the program. Source: k8s.io/apiserver v0.34, endpoints/handlers
 *  (managerOrUserAgent). */
function managerOf({ request }: ResourceRequest): string {
  const agent = request.headers['user-agent'] ?? ''
  const slash = agent.indexOf('/')
  const program = slash === -1 ? agent : agent.slice(0, slash)
  if (PLAIN_MANAGER.test(program)) return program
  return Array.from(program.replaceAll(UNPRINTABLE, '')).slice(0, MAX_MANAGER).join('') || 'unknown'
}
