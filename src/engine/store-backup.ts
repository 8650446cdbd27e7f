/** A copy of the running store as a stream, for `GET /naru/backup`: made beside the store, and gone when it was read. */
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { SqliteStore } from '../store/index.ts'

/** Throws StoreError `io`, `full`. The copy is on the store's own disk meanwhile. */
export async function* streamBackup(store: SqliteStore, copyPath: string): AsyncGenerator<Uint8Array> {
  try {
    await store.backUp(copyPath)
    for await (const chunk of createReadStream(copyPath)) yield chunk as Uint8Array
  } finally {
    await rm(copyPath, { force: true })
  }
}
