/** The name that a folder's Score file gives its app. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../errors.ts'

/** Undefined when there is none that can be read: what is wrong with it is for `deploy` to say. What reads the file is
 *  loaded only where there is one. */
export async function scoreName(folder: string): Promise<string | undefined> {
  try {
    await access(join(folder, 'score.yaml'))
  } catch {
    return undefined
  }
  try {
    const { loadScore } = await import('./load-score.ts')
    return (await loadScore(folder))?.score.workload.metadata.name
  } catch (error) {
    if (error instanceof CliError) return undefined
    throw error
  }
}
