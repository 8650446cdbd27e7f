/** What of the machine decides containerd's configuration. */
import { readFileSync } from 'node:fs'
import type { OciArchitecture } from './pause-program.ts'

const CAP_SYS_RESOURCE = 24n

/** Whether this process may lower oom_score_adj (capabilities(7), field CapEff of /proc/self/status). */
export function hasSysResource(): boolean {
  try {
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return mask !== undefined && (BigInt(`0x${mask}`) & (1n << CAP_SYS_RESOURCE)) !== 0n
  } catch {
    return false
  }
}

export function hasOverlayfs(): boolean {
  try {
    return /\boverlay$/m.test(readFileSync('/proc/filesystems', 'utf8'))
  } catch {
    return false
  }
}

/** undefined on a processor the pause program is not written for. */
export function ociArchitecture(arch: NodeJS.Architecture = process.arch): OciArchitecture | undefined {
  return arch === 'x64' ? 'amd64' : arch === 'arm64' ? 'arm64' : undefined
}
