/** One process at a time builds a program: who does leaves a file that names it. */
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { hasErrno, identifyProcess, isAlive, type ProcessIdentity } from '../../src/lib/index.ts'

const POLL_MS = 200

/** Resolves when this process alone has `file`, until what it gets is disposed of. `waits` is called once where another
 *  living process has it; what a dead one left is taken over (should two do that at the same moment, both may build: the
 *  second program takes the place of the first). */
export async function claimBuild(file: string, waits: () => void): Promise<AsyncDisposable> {
  for (let told = false; !(await makeClaim(file)); ) {
    const holder = await readClaim(file)
    if (!holder || !isAlive(holder)) {
      await rm(file, { force: true })
      continue
    }
    if (!told) waits()
    told = true
    await delay(POLL_MS)
  }
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) }
}

/** Whether there was none. The link makes it appear with its content, or not at all. */
async function makeClaim(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, JSON.stringify(identifyProcess(process.pid)))
  try {
    await link(own, file)
    return true
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** Undefined: gone by now, or no claim at all. */
async function readClaim(file: string): Promise<ProcessIdentity | null | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  try {
    return JSON.parse(text) as ProcessIdentity | null
  } catch {
    return undefined
  }
}
