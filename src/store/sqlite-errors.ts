/** SQLite's failures in the store's words. Result codes: https://sqlite.org/rescode.html */
import { isStoreError, StoreError, type StoreErrorReason } from './errors.ts'

const BUSY = 5
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const READONLY = 8
const NOTADB = 26

/** The primary result code of an error of `node:sqlite`, undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

const explanations: Record<number, { reason: StoreErrorReason; explain: (path: string) => string }> = {
  [BUSY]: {
    reason: 'locked',
    explain: (path) => `the store ${path} is in use by another process; stop that one first`,
  },
  [IOERR]: { reason: 'io', explain: (path) => `the disk failed under the store ${path}` },
  [READONLY]: { reason: 'io', explain: (path) => `the store ${path} cannot be written` },
  [CANTOPEN]: { reason: 'io', explain: (path) => `the store ${path} cannot be opened` },
  [FULL]: { reason: 'full', explain: (path) => `no space is left for the store ${path}; nothing was changed` },
  [CORRUPT]: { reason: 'damaged', explain: explainDamage },
  [NOTADB]: { reason: 'damaged', explain: explainDamage },
}

/** What to do about a file that cannot be read. */
export function explainDamage(path: string): string {
  return (
    `the store ${path} is damaged; restore a backup with naru restore, or move it and its "-wal" file away ` +
    'to start with an empty store'
  )
}

/** The StoreError for an error of SQLite; other errors (bugs) come back as they are. */
export function translateSqliteError(error: unknown, path: string): unknown {
  if (isStoreError(error)) return error
  const code = resultCode(error)
  const known = code === undefined ? undefined : explanations[code]
  if (known === undefined) return error
  return new StoreError(known.reason, known.explain(path), { cause: error })
}
