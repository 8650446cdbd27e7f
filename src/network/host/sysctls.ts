/** Kernel settings the pod network needs; what they were before is written down so that a purge puts them back. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, hasErrno, type Logger, writeFileAtomically } from '../../lib/index.ts'

/** Setting (dots) → value. Forwarding between pods and the world; bridged pod-to-pod traffic seen by nftables, so that
 *  answers from a Service come back with the Service's address, and policies hold. */
const WANTED: Readonly<Record<string, string>> = {
  'net.ipv4.ip_forward': '1',
  'net.bridge.bridge-nf-call-iptables': '1',
  'net.bridge.bridge-nf-call-ip6tables': '1',
}

const recordPath = (stateDir: string) => join(stateDir, 'sysctls.json')
// Interface names may hold dots, so only those of the setting itself are separators: callers pass paths with slashes.
const settingPath = (setting: string) => `/proc/sys/${setting.includes('/') ? setting : setting.replaceAll('.', '/')}`

/** Applies the settings; returns those the kernel does not have or refused. */
export async function applySysctls(stateDir: string, logger: Logger): Promise<string[]> {
  const former = await readRecord(stateDir)
  const changed: Record<string, string> = {}
  const missing: string[] = []
  for (const [setting, value] of Object.entries(WANTED)) {
    const present = await readSetting(setting)
    if (present === undefined) missing.push(setting)
    else if (present !== value) changed[setting] = present
  }
  // Written before the first change: a crash in between must not lose what was there.
  if (Object.keys(changed).length > 0)
    await writeFileAtomically(recordPath(stateDir), JSON.stringify({ ...changed, ...former }))
  for (const setting of Object.keys(changed))
    if (!(await writeSetting(setting, WANTED[setting] ?? '', logger))) missing.push(setting)
  return missing
}

/** Sets one value that goes away with its interface and needs no restoring. Returns whether it worked. */
export function setInterfaceSysctl(
  interfaceName: string,
  setting: string,
  value: string,
  logger: Logger,
): Promise<boolean> {
  return writeSetting(`net/ipv4/conf/${interfaceName}/${setting}`, value, logger)
}

/** Puts back what `applySysctls` found. Harmless when there is nothing to put back. */
export async function restoreSysctls(stateDir: string, logger: Logger): Promise<void> {
  for (const [setting, value] of Object.entries(await readRecord(stateDir))) await writeSetting(setting, value, logger)
  await rm(recordPath(stateDir), { force: true })
}

async function readRecord(stateDir: string): Promise<Record<string, string>> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(stateDir), 'utf8'))
    if (typeof record !== 'object' || record === null) return {}
    return Object.fromEntries(
      Object.entries(record).filter(([setting, value]) => setting in WANTED && typeof value === 'string'),
    )
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || error instanceof SyntaxError) return {}
    throw error
  }
}

async function readSetting(setting: string): Promise<string | undefined> {
  return readFile(settingPath(setting), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

async function writeSetting(setting: string, value: string, logger: Logger): Promise<boolean> {
  try {
    await writeFile(settingPath(setting), value)
    return true
  } catch (error) {
    logger.warn({ setting, value, error: errorMessage(error) }, 'cannot change a kernel setting')
    return false
  }
}
