/** Finds programs and asks them their version. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { RunCommand } from './command.ts'
import { BINARIES, type Binary, type BinaryName } from './facts.ts'

/** Searched after PATH: Debian leaves them out of the PATH of ordinary users, and of root after a plain `su`. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin']

const VERSION_ARGUMENTS: Partial<Record<BinaryName, readonly string[]>> = {
  ip: ['-V'],
  kubectl: ['version', '--client'],
}

/** Finds an executable file by name along `path` and the system directories. */
export async function findBinary(
  name: string,
  options: { path: string | undefined; systemDirectories?: readonly string[] },
): Promise<string | undefined> {
  const searched = [
    ...(options.path ?? '').split(delimiter).filter((directory) => directory !== ''),
    ...(options.systemDirectories ?? SYSTEM_DIRECTORIES),
  ]
  for (const directory of searched) {
    const candidate = join(directory, name)
    try {
      if (!(await stat(candidate)).isFile()) continue
      await access(candidate, constants.X_OK)
      return candidate
    } catch {
      // Not there, or not for us: the next directory may have it.
    }
  }
  return undefined
}

/** All of `BINARIES` that this machine has. Asking each for its version starts a dozen processes (about 0.2 s). */
export async function findBinaries(options: {
  path: string | undefined
  run: RunCommand
  versions: boolean
  systemDirectories?: readonly string[]
}): Promise<Partial<Record<BinaryName, Binary>>> {
  const found: Partial<Record<BinaryName, Binary>> = {}
  await Promise.all(
    BINARIES.map(async (name) => {
      const path = await findBinary(name, options)
      if (path === undefined) return
      if (!options.versions) {
        found[name] = { path }
        return
      }
      const outcome = await options.run(path, VERSION_ARGUMENTS[name] ?? ['--version'])
      found[name] = { path, version: parseVersion(outcome.stdout) ?? parseVersion(outcome.stderr) }
    }),
  )
  return found
}

/** The first thing in `text` that looks like a version: `1.6.20`, `0.8`, `6.1.0`. */
export function parseVersion(text: string): string | undefined {
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0]
}
