/** `naru restore`: puts a backup in the place of what is there, which is kept beside it. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isStoreError, prepareRestoredStore, verifyStoreFile } from '../../store/index.ts'
import { CERTIFICATES, readArchive, STORE } from '../backup/archive.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { readEngine, readLockHolder } from '../engine/engine-info.ts'
import { CliError } from '../errors.ts'

export const restore: CommandRun = async (context, input) => {
  const { t, console, paths, cwd } = context
  const path = resolve(cwd, input.arguments[0] ?? '')
  if ((await readEngine(paths)) !== undefined || (await readLockHolder(paths)) !== undefined)
    throw CliError.of('engineRuns')
  if (!(await exists(path))) throw CliError.of('backupUnusable', { path, reason: 'there is no such file' })
  const { stateDir } = paths
  if ((await exists(join(stateDir, STORE))) && input.options.yes !== true)
    await confirm(context, {
      question: t('restore.question', { folder: stateDir }),
      command: `naru restore ${input.arguments[0]} --yes`,
    })
  const restored = await console.progress.run(t('step.restore'), async () => {
    await mkdir(stateDir, { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(stateDir, 'restore-'))
    try {
      const description = await readArchive(path, folder)
      const { objects } = checkStore(path, join(folder, STORE))
      prepareRestoredStore(join(folder, STORE))
      return { createdAt: description.createdAt, objects, kept: await swap(context, folder) }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
  console.line(t('restore.done', { objects: restored.objects, createdAt: restored.createdAt }))
  if (restored.kept !== undefined) console.note(t('restore.kept', { folder: restored.kept }))
  console.document(restored)
  return 0
}

function checkStore(path: string, storeFile: string): { objects: number } {
  try {
    return verifyStoreFile(storeFile)
  } catch (error) {
    if (isStoreError(error)) throw CliError.of('backupUnusable', { path, reason: error.message }, { cause: error })
    throw error
  }
}

/** What was there goes to a folder of its own, then the unpacked takes its place. Returns that folder, if any. */
async function swap({ paths, clock }: CommandContext, folder: string): Promise<string | undefined> {
  const { stateDir } = paths
  const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  const kept = join(stateDir, `before-restore-${stamp}`)
  let any = false
  for (const name of [STORE, `${STORE}-wal`, `${STORE}-shm`, CERTIFICATES]) {
    if (!(await exists(join(stateDir, name)))) continue
    await mkdir(kept, { recursive: true, mode: 0o700 })
    await rename(join(stateDir, name), join(kept, name))
    any = true
  }
  // The certificates first: a store without its keys would start with new ones.
  for (const name of [CERTIFICATES, STORE])
    if (await exists(join(folder, name))) await rename(join(folder, name), join(stateDir, name))
  return any ? kept : undefined
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
