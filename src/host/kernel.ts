/** Features of the running kernel. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunCommand } from './command.ts'
import type { Binary, HostFacts, Probe } from './facts.ts'

const read = (root: string, path: string): Promise<string | undefined> =>
  readFile(join(root, path), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )

/** Whether overlayfs is there: registered, or a module that mounting it will load. */
export async function hasOverlayfs(root: string, kernelRelease: string): Promise<boolean> {
  if (/\boverlay$/m.test((await read(root, 'proc/filesystems')) ?? '')) return true
  const modules = join('lib/modules', kernelRelease)
  const listed = `${await read(root, join(modules, 'modules.dep'))}\n${await read(root, join(modules, 'modules.builtin'))}`
  return /\/overlay\.ko/.test(listed)
}

/** Whether an ordinary user may make user namespaces; root always may when the kernel has them. */
export async function probeUserNamespaces(root: string, isRoot: boolean): Promise<Probe> {
  const limit = await read(root, 'proc/sys/user/max_user_namespaces')
  if (limit === undefined) return { ok: false, reason: 'the kernel has no user namespaces' }
  if (limit === '0') return { ok: false, reason: 'user.max_user_namespaces is 0' }
  if (isRoot) return { ok: true }
  // Debian's patch, and Ubuntu's AppArmor restriction: both are absent elsewhere.
  if ((await read(root, 'proc/sys/kernel/unprivileged_userns_clone')) === '0')
    return { ok: false, reason: 'kernel.unprivileged_userns_clone is 0' }
  if ((await read(root, 'proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1')
    return { ok: false, reason: 'kernel.apparmor_restrict_unprivileged_userns is 1' }
  return { ok: true }
}

/** A dry run (`nft --check`) of a table that is then not made. */
export async function probeNfTables(run: RunCommand, nft: Binary | undefined): Promise<Probe> {
  if (nft === undefined) return { ok: false, reason: 'nft is not installed' }
  const outcome = await run(nft.path, ['--check', 'add', 'table', 'ip', 'naru-probe'])
  return outcome.code === 0 ? { ok: true } : { ok: false, reason: outcome.stderr.trim().split('\n')[0] }
}

/** Bit numbers of capabilities(7), include/uapi/linux/capability.h. */
const CAP_NET_ADMIN = 12n
const CAP_SYS_ADMIN = 21n
const CAP_SYS_RESOURCE = 24n

export async function readCapabilities(root = '/'): Promise<HostFacts['capabilities']> {
  const status = (await read(root, 'proc/self/status')) ?? ''
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  const has = (bit: bigint) => ((mask >> bit) & 1n) === 1n
  return { netAdmin: has(CAP_NET_ADMIN), sysAdmin: has(CAP_SYS_ADMIN), sysResource: has(CAP_SYS_RESOURCE) }
}
