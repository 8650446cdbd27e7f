/** `naru backup`: one file with all API objects and the cluster's keys, made while everything runs. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { verifyStoreFile } from '../../store/index.ts'
import { CERTIFICATES, STORE, writeArchive } from '../backup/archive.ts'
import { copyStore } from '../backup/copy-store.ts'
import { errorMessage, hasErrno } from '../../lib/index.ts'
import type { CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatBytes } from '../output/text.ts'
import { VERSION } from '../version.ts'

/** A small store is copied before anybody could read how far it is. */
const SHOW_EVERY_BYTES = 16 * 1024 * 1024

export const backup: CommandRun = async (context, input) => {
  const { t, console, paths, cwd, clock } = context
  const createdAt = new Date(clock.now()).toISOString()
  const path = resolve(cwd, input.arguments[0] ?? `naru-${createdAt.slice(0, 19).replaceAll(/[-:]/g, '')}.backup`)
  if (
    await stat(join(paths.stateDir, STORE)).then(
      () => false,
      () => true,
    )
  )
    throw CliError.of('nothingToBackUp', { folder: paths.stateDir })
  const done = await console.progress.run(t('step.backup'), async (step) => {
    const folder = await makeFolder(path)
    try {
      const storeFile = join(folder, STORE)
      let shown = 0
      await copyStore(context, storeFile, (bytes) => {
        if (bytes - shown < SHOW_EVERY_BYTES) return
        shown = bytes
        step.update(formatBytes(bytes))
      })
      const { revision, objects } = verifyStoreFile(storeFile)
      const bytes = await writeArchive(path, {
        description: { version: VERSION, createdAt, revision, objects },
        storeFile,
        certificatesDir: join(paths.stateDir, CERTIFICATES),
      })
      return { revision, objects, bytes }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
  console.line(t('backup.done', { path, objects: done.objects, size: formatBytes(done.bytes) }))
  console.note(t('backup.note'))
  console.document({ path, createdAt, ...done })
  return 0
}

/** Beside the file, on the same disk. Throws CliError `backupUnwritable`. */
async function makeFolder(path: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(path), '.naru-backup-'))
  } catch (error) {
    if (hasErrno(error, 'ENOSPC', 'EDQUOT')) throw error
    throw CliError.of('backupUnwritable', { path, reason: errorMessage(error) }, { cause: error })
  }
}
