/** Network namespaces that containerd keeps for sandboxes, as mounts in a directory of their own. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { listIfThere } from '../../lib/index.ts'
import type { CriRuntime } from '../cri/runtime.ts'
import { aliveSandboxes } from './alive-sandboxes.ts'
import type { Belongings } from './sweeper.ts'

const run = promisify(execFile)

/** The namespaces of `directory`. With one go the interfaces in it, and their other ends on the bridge. */
export function namespacesOf(runtime: CriRuntime, directory: string): Belongings {
  /** By sandbox: it keeps its namespace. */
  const names = new Map<string, string>()
  return {
    list: () => listIfThere(directory),
    async known() {
      const ids = await aliveSandboxes(runtime)
      for (const id of names.keys()) if (!ids.has(id)) names.delete(id)
      for (const id of ids) if (!names.has(id)) names.set(id, basename((await runtime.sandboxNetns(id)) ?? ''))
      return new Set(names.values())
    },
    release: (name) => removeNetns(join(directory, name)),
  }
}

/** Idempotent. */
export async function removeNetns(path: string): Promise<void> {
  // What is no mount any more is an empty file.
  await run('umount', ['--lazy', path]).catch(() => {})
  await rm(path, { force: true })
}
