/** The user's kubeconfig on disk. Changes are whole or not at all, mode 0600, through symbolic links. */
import { readFile, realpath, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorMessage, hasErrno, writeFileAtomically } from '../../lib/index.ts'
import { CliError } from '../errors.ts'
import { currentContext, mergeContext, type NaruEntries, NotAKubeconfig, unmergeContext } from './merge.ts'

/** Adds or renews the context in the file at `path`; `others` are further files of KUBECONFIG, whose current context
 *  counts too. Throws CliError `kubeconfigMalformed` rather than overwrite what is no kubeconfig. */
export async function addContext(path: string, entries: NaruEntries, others: readonly string[] = []): Promise<void> {
  const file = await realpath(path).catch(() => path)
  const text = await readText(file)
  const elsewhere = await Promise.all(others.map((other) => readText(other)))
  const becomeCurrent = !elsewhere.some((other) => other !== undefined && currentContext(other) !== undefined)
  const merged = guard(path, () => mergeContext(text, entries, { becomeCurrent }))
  if (merged !== text) await writeFileAtomically(file, merged)
}

/** Takes the context out again, and the file away if Naru made it and nothing else is in it. Whether it was there. */
export async function removeContext(path: string, onlyAuthority?: string): Promise<boolean> {
  const file = await realpath(path).catch(() => path)
  const text = await readText(file)
  if (text === undefined) return false
  const rest = guard(path, () => unmergeContext(text, onlyAuthority))
  if (rest === text) return false
  if (rest !== undefined) {
    await writeFileAtomically(file, rest)
    return true
  }
  await rm(file)
  if (dirname(file).endsWith('/.kube')) await rmdir(dirname(file)).catch(() => {}) // Others keep something in it.
  return true
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined
    throw CliError.of('kubeconfigMalformed', { path, reason: errorMessage(error) }, { cause: error })
  }
}

function guard<T>(path: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    if (error instanceof NotAKubeconfig)
      throw CliError.of('kubeconfigMalformed', { path, reason: error.message }, { cause: error })
    throw error
  }
}
