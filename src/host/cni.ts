/** Finds the CNI plugins that the pod network is made of. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CniPlugins } from './facts.ts'

const REQUIRED = ['bridge', 'host-local', 'loopback', 'portmap'] as const

/** Upstream's place first, then Debian's (package containernetworking-plugins). */
const DIRECTORIES = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni']

/** The first directory that has them all; else what the fullest lacks. */
export async function findCniPlugins(root = '/'): Promise<CniPlugins> {
  let missing: readonly string[] = REQUIRED
  for (const directory of DIRECTORIES) {
    const present = await readdir(join(root, directory)).catch((): string[] => [])
    const lacking = REQUIRED.filter((name) => !present.includes(name))
    if (lacking.length === 0) return { directory: join(root, directory), missing: [] }
    if (lacking.length < missing.length) missing = lacking
  }
  return { missing }
}
