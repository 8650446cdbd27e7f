/** The child of crash.test.ts: writes as fast as it can and reports each acknowledged write on its standard output,
 *  `create|update|delete <key> <revision>`, until it is killed. */
import { writeSync } from 'node:fs'
import { openSqliteStore } from './sqlite.ts'

const path = process.argv[2] as string
const store = await openSqliteStore({ path })

async function write(worker: number): Promise<never> {
  for (let turn = 0; ; turn++) {
    const key = `/${process.pid}/${worker}/${turn}`
    const created = await store.create(key, (revision) => `${key} ${revision}`)
    writeSync(1, `create ${key} ${created.revision}\n`)
    const updated = await store.update(key, created.revision, (revision) => `${key} ${revision}`)
    writeSync(1, `update ${key} ${updated.revision}\n`)
    if (turn % 3 !== 0) continue
    const deleted = await store.delete(key, updated.revision, (revision) => `${key} ${revision}`)
    writeSync(1, `delete ${key} ${deleted.revision}\n`)
    if (turn % 30 === 0) await store.compact(Math.max(0, store.revision - 500))
  }
}

await Promise.all([0, 1, 2, 3].map(write))
