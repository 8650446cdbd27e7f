/** The one place that speaks to nftables. */
import { NetworkError } from '../errors.ts'
import { runCommand } from '../host/command.ts'

/** Applies a file of commands as one transaction. Throws NetworkError. */
export async function applyRuleset(text: string): Promise<void> {
  await runCommand('nft', ['-f', '-'], text)
}

/** The table as the kernel has it; undefined when there is none. */
export const listTable = (tableName: string): Promise<string | undefined> => list(['table', 'ip', tableName])

/** A chain of anybody's table; undefined when there is none. */
export const listChain = (tableName: string, chainName: string): Promise<string | undefined> =>
  list(['chain', 'ip', tableName, chainName])

async function list(what: readonly string[]): Promise<string | undefined> {
  return runCommand('nft', ['list', ...what]).catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw error
  })
}

/** Idempotent; where nft was never installed there is no table of ours either. */
export async function deleteTable(tableName: string, family: 'ip' | 'ip6' = 'ip'): Promise<void> {
  await runCommand('nft', ['delete', 'table', family, tableName]).catch((error: unknown) => {
    const isMissing = error instanceof NetworkError && error.reason === 'CommandMissing'
    if (!isMissing && !isAbsent(error)) throw error
  })
}

const isAbsent = (error: unknown): boolean =>
  error instanceof NetworkError && error.reason === 'CommandFailed' && /No such file or directory/.test(error.message)
