import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqliteStore } from './sqlite.ts'

const ROUNDS = 4

it('has every acknowledged write after being killed at any moment', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'naru-store-crash-'))
  const path = join(dir, 'store.db')
  const acknowledged = new Map<string, { deleted: boolean; revision: number }>()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const before = acknowledged.size
      for (const line of await writeUntilKilled(path, 100 + Math.floor(Math.random() * 500))) {
        const [verb, key, revision] = line.split(' ') as [string, string, string]
        acknowledged.set(key, { deleted: verb === 'delete', revision: Number(revision) })
      }
      expect(acknowledged.size).toBeGreaterThan(before)
      await using store = await openSqliteStore({ path })
      for (const [key, { deleted, revision }] of acknowledged) {
        const entry = await store.get(key)
        expect(store.revision).toBeGreaterThanOrEqual(revision)
        if (deleted) expect(entry).toBeUndefined()
        // A later write of the same key may have been made but not acknowledged any more.
        else if (entry !== undefined) expect(entry.revision).toBeGreaterThanOrEqual(revision)
        else {
          expect(await wasDeletedAfter(store, key, revision)).toBe(true)
          acknowledged.set(key, { deleted: true, revision })
        }
        if (entry !== undefined) expect(entry.value).toBe(`${key} ${entry.revision}`)
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

/** Kills the writer after `lines` lines; returns all complete lines it wrote. */
async function writeUntilKilled(path: string, lines: number): Promise<string[]> {
  const script = join(import.meta.dirname, 'crash-writer.ts')
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.split('\n').length > lines) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  return output.split('\n').slice(0, -1)
}

/** Whether the log has a delete of `key` after `revision`: the deleter died before it heard of its success. */
async function wasDeletedAfter(store: Awaited<ReturnType<typeof openSqliteStore>>, key: string, revision: number) {
  if (revision < store.compactedRevision) return false
  const { value } = await store.watch(key, { after: revision }).next()
  return value?.some((event) => event.type === 'delete' && event.key === key) ?? false
}
