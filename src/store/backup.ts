/** Copies of a store's file: made while it is in use, checked, and made ready to take its place. */
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from './errors.ts'
import { openStoreFile } from './sqlite-file.ts'
import { translateSqliteError } from './sqlite-errors.ts'

/** How far a restored store's revisions start beyond the backup's: more than were given out after the backup was made,
 *  so that no client takes a new state for one it has seen. Source of the idea: etcdutl snapshot restore --bump-revision. */
const REVISIONS_AHEAD = 1_000_000_000

/** Throws StoreError `damaged`, `newer`, `locked`, `io`. Everything in the file is looked at. */
export function verifyStoreFile(path: string): { revision: number; objects: number } {
  const file = openStoreFile(path)
  try {
    const problems = file.db.prepare('PRAGMA integrity_check(3)').all() as { integrity_check: string }[]
    if (problems[0]?.integrity_check !== 'ok')
      throw new StoreError('damaged', `${path} is damaged: ${problems.map((row) => row.integrity_check).join('; ')}`)
    return { revision: lastRevision(file.db), objects: count(file.db) }
  } catch (error) {
    throw translateSqliteError(error, path)
  } finally {
    file.close()
  }
}

/** Moves the revisions of a copy ahead, and forgets its past: clients that hold revisions of the store it replaces are
 *  told to list anew. */
export function prepareRestoredStore(path: string): void {
  const file = openStoreFile(path)
  try {
    const revision = lastRevision(file.db) + REVISIONS_AHEAD
    file.db.prepare("UPDATE meta SET value = ? WHERE name = 'compacted'").run(revision)
  } catch (error) {
    throw translateSqliteError(error, path)
  } finally {
    file.close()
  }
}

function lastRevision(db: DatabaseSync): number {
  const { rev, compacted } = db
    .prepare(
      "SELECT (SELECT coalesce(max(rev), 0) FROM log) AS rev, value AS compacted FROM meta WHERE name = 'compacted'",
    )
    .get() as { rev: number; compacted: number }
  return Math.max(rev, compacted)
}

const count = (db: DatabaseSync): number => Number(db.prepare('SELECT count(*) AS n FROM current').get()?.n)
