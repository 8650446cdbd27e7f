/** What a write brings along besides the object: who writes, in whose name, and where remarks go. Made once a request. */
import type { UserInfo } from '../../api/index.ts'

export interface WriteContext {
  user: UserInfo
  /** `''`: the object itself. */
  subresource: string
  dryRun: boolean
  /** Whom `metadata.managedFields` records the change for; undefined leaves it as it is. */
  fieldManager: string | undefined
  /** Whether admission has had its say on what the client sent: a Binding, an Eviction, a Scale. What is written
   *  because of it is not asked about. */
  admitted?: boolean
  /** The request's options (`CreateOptions`, `UpdateOptions`, `PatchOptions`, `DeleteOptions`) as admission sees them. */
  options: Readonly<Record<string, unknown>>
  /** A `Warning` header of the answer. */
  warn: (text: string) => void
  /** An annotation of the request's audit event. */
  annotate: (key: string, value: string) => void
}

const SERVER: UserInfo = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

/** For statuses that the API server's own controllers keep. */
export const statusContext = (): WriteContext => ({
  ...serverContext(),
  subresource: 'status',
  fieldManager: 'kube-apiserver',
})

/** For what the API server writes for its own reasons. */
export function serverContext(): WriteContext {
  return {
    user: SERVER,
    subresource: '',
    dryRun: false,
    fieldManager: undefined,
    options: {},
    warn: () => {},
    annotate: () => {},
  }
}
