/** A machine whose power goes and comes back: what is on its disk stays, what the kernel had in memory is gone. */
import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cgroupRootOf, containerdPaths } from '../../../src/kubelet/containerd/paths.ts'
import { findShims, killShim } from '../../../src/kubelet/containerd/shims.ts'
import { eventually, mustRun, runCommand } from './command.ts'
import type { Installation } from './installation.ts'
import { killRoles } from './processes.ts'

const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/** Resolves when nothing of the installation is left but files, and the kernel says that it was booted anew; until it
 *  is disposed of. Rules for ports of the host stay: they are not told from those of others. */
export async function cutPower(naru: Installation): Promise<{ bootId: string } & AsyncDisposable> {
  const { stateDir, root } = naru
  await eventually('nothing of it runs', async () => (await killAll(stateDir)) === 0, { everyMs: 50 })
  for (const path of (await mountsBelow(stateDir)).toReversed()) await mustRun('umount', ['--lazy', path])
  await runCommand('ip', ['link', 'delete', 'naru0'])
  await dropTables()
  await eventually('its control groups are gone', async () => (await removeCgroups(stateDir)) === 0, { everyMs: 50 })
  for (const [setting, value] of Object.entries(await formerSettings(stateDir)))
    await writeFile(`/proc/sys/${setting.replaceAll('.', '/')}`, value)
  // A real machine has it in /run.
  await rm(join(stateDir, 'run'), { recursive: true, force: true })
  const bootId = randomUUID()
  const file = join(root, 'boot_id')
  await writeFile(file, `${bootId}\n`)
  await mustRun('mount', ['--bind', file, BOOT_ID])
  return {
    bootId,
    // What was started under the one boot id is not found under the other.
    async [Symbol.asyncDispose]() {
      try {
        await naru.mustNaru('down', '--now')
      } finally {
        await mustRun('umount', [BOOT_ID])
      }
    },
  }
}

/** Gives how many there were. */
async function killAll(stateDir: string): Promise<number> {
  const { socket } = containerdPaths({ stateDir, runDir: join(stateDir, 'run') })
  const ours = await killRoles(stateDir, ['engine', 'edge', 'containerd', 'cli'])
  const shims = await findShims(socket)
  for (const shim of shims) await killShim(shim, socket)
  const inGroups = new Set<number>()
  for (const group of await cgroupsOf(stateDir)) {
    const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '')
    for (const pid of text.split('\n').filter(Boolean)) inGroups.add(Number(pid))
  }
  for (const pid of inGroups) await runCommand('kill', ['-KILL', String(pid)])
  return ours + shims.length + inGroups.size
}

async function mountsBelow(directory: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  return table.split('\n').flatMap((line) => {
    const path = line.split(' ')[4] ?? ''
    return path.startsWith(`${directory}/`) ? [path] : []
  })
}

async function dropTables(): Promise<void> {
  for (const line of (await mustRun('nft', ['list', 'tables'])).split('\n'))
    if (/^table \S+ naru/.test(line)) await mustRun('nft', ['delete', ...line.split(' ')])
}

/** Those of containers, the innermost first, in every hierarchy. */
async function cgroupsOf(stateDir: string): Promise<string[]> {
  const found: string[] = []
  for (const hierarchy of ['', ...(await readdir('/sys/fs/cgroup'))]) {
    const root = join('/sys/fs/cgroup', hierarchy, cgroupRootOf(stateDir))
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined)
    if (entries === undefined) continue
    const below = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
    found.push(root, ...below)
  }
  return found.toSorted((one, other) => other.length - one.length)
}

/** Gives how many are left: one that a process is still leaving cannot be removed. */
async function removeCgroups(stateDir: string): Promise<number> {
  for (const group of await cgroupsOf(stateDir)) await rmdir(group).catch(() => {})
  return (await cgroupsOf(stateDir)).length
}

/** The kernel's own settings, as the engine noted them before it changed them. */
async function formerSettings(stateDir: string): Promise<Record<string, string>> {
  const text = await readFile(join(stateDir, 'network', 'sysctls.json'), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Record<string, string>
}
