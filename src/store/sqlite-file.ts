/** Opens the store's file: settings, lock, schema, and the refusal of files that cannot be used. */
import {
  chmodSync,
  closeSync,
  fdatasync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hasErrno } from '../lib/index.ts'
import { isStoreError, StoreError } from './errors.ts'
import { explainDamage, translateSqliteError } from './sqlite-errors.ts'

/** `user_version` of the files this code writes. Files of later versions are refused. */
export const SCHEMA_VERSION = 1
/** Marks the file as ours (`application_id`): "NARU". */
const APPLICATION_ID = 0x4e415255
const PAGE_BYTES = 4096
const PRIVATE = 0o600
/** Files up to this size are checked whole when they are opened; it takes some tens of milliseconds. */
const CHECKED_BYTES = 32 * 1024 * 1024

/** `log` has one row per revision still kept; `prev` is the revision of the state it replaced. `current` has the keys
 *  that exist. `meta.compacted` is the compacted revision. */
const SCHEMA = `
  CREATE TABLE log (
    rev INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    created INTEGER NOT NULL,
    prev INTEGER,
    deleted INTEGER NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  CREATE TABLE current (key TEXT PRIMARY KEY, rev INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('compacted', 0);
`

export interface StoreFile {
  readonly db: DatabaseSync
  /** Resolves when all that was committed is on the disk. Rejects with what the system says. */
  flush(): Promise<void>
  /** Closes the database (which folds the write-ahead log into it) and gives up the lock. */
  close(): void
}

/** Throws `locked`, `damaged`, `newer`, `io`, `full`. `maxBytes` limits the size of the file. */
export function openStoreFile(path: string, maxBytes?: number): StoreFile {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    makePrivate(path)
    const db = new DatabaseSync(path)
    try {
      prepare(db, path, maxBytes)
      // Only `log` needs flushing: SQLite itself flushes it before it folds it into the database.
      const log = openSync(`${path}-wal`, 'r')
      try {
        writeFileSync(pidPath(path), `${process.pid}\n`, { mode: PRIVATE })
      } catch (error) {
        closeSync(log)
        throw error
      }
      return {
        db,
        flush: () => new Promise((resolve, reject) => fdatasync(log, (error) => (error ? reject(error) : resolve()))),
        close: () => {
          closeSync(log)
          closeFile(db, path)
        },
      }
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    throw withHolder(translateSqliteError(error, path), path)
  }
}

/** Secrets are in it. SQLite would make the file readable by all; its log gets the rights that the file has when it is
 *  made, so one that is left of a crash has those of before. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE))
  } catch {
    // It is there, or cannot be made, which SQLite says in its words. One that is there is not opened here: to close it
    // again would give up the locks that this process has on it (fcntl(2)).
    for (const file of [path, `${path}-wal`])
      try {
        chmodSync(file, PRIVATE)
      } catch {
        // It is not there, or another's, whose to say it is who reads it.
      }
  }
}

function prepare(db: DatabaseSync, path: string, maxBytes: number | undefined): void {
  // An exclusive lock is the kernel's: it goes when its process dies, however that happens. NORMAL: a commit is not on the
  // disk when it returns, that is what `flush` is for.
  db.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA page_size = ${PAGE_BYTES};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = 16777216;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA cache_size = -8192;
    BEGIN IMMEDIATE;
  `)
  const version = pragma(db, 'user_version')
  const applicationId = pragma(db, 'application_id')
  if (version > SCHEMA_VERSION)
    throw new StoreError(
      'newer',
      `the store ${path} was written by a later version of Naru (format ${version}, this one knows ${SCHEMA_VERSION}); ` +
        'run that version, or move the file away to start with an empty store',
    )
  if (version === 0) {
    if (pragma(db, 'schema_version') !== 0)
      throw new StoreError('damaged', `${path} is a database of something else, not a store; move it away`)
    db.exec(`${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
  } else if (applicationId !== APPLICATION_ID) {
    throw new StoreError('damaged', `${path} is a database of something else, not a store; move it away`)
  }
  db.exec('COMMIT')
  if (statSync(path).size <= CHECKED_BYTES) check(db, path)
  if (maxBytes !== undefined) db.exec(`PRAGMA max_page_count = ${Math.max(16, Math.floor(maxBytes / PAGE_BYTES))}`)
}

function check(db: DatabaseSync, path: string): void {
  const row = db.prepare('PRAGMA quick_check(1)').get()
  if (row?.quick_check !== 'ok')
    throw new StoreError('damaged', explainDamage(path), { cause: new Error(String(row?.quick_check)) })
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
}

function closeFile(db: DatabaseSync, path: string): void {
  rmSync(pidPath(path), { force: true })
  db.close()
}

/** Holds the pid of the process that has the store open, to be named in the error of a second one. It is no lock. */
function pidPath(path: string): string {
  return `${path}.pid`
}

function withHolder(error: unknown, path: string): unknown {
  if (!isStoreError(error, 'locked')) return error
  try {
    const pid = readFileSync(pidPath(path), 'utf8').trim()
    return new StoreError('locked', `the store ${path} is in use by process ${pid}; stop that one first`, {
      cause: error,
    })
  } catch (readError) {
    if (hasErrno(readError, 'ENOENT')) return error
    throw readError
  }
}
