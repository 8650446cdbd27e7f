export { type CompactorOptions, runCompactor } from './compactor.ts'
export { isStoreError, type StoreErrorReason } from './errors.ts'
export { openMemoryStore } from './memory.ts'
export { prepareRestoredStore, verifyStoreFile } from './backup.ts'
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite.ts'
export type {
  Encode,
  EncodeDeleted,
  Entry,
  ListOptions,
  ListResult,
  Store,
  StoreEvent,
  StoreStats,
  Watch,
  WatchOptions,
} from './store.ts'
