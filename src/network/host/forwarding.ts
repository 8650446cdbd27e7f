/** Where iptables drops what is forwarded unless a rule lets it pass, as Docker sets it when it starts and ufw by default,
 *  pods reach nobody: what a table of ours accepts counts for nothing there. So iptables is told to let pass what pods send,
 *  and the answers, after all rules that others have. What other machines begin is left to the machine's own rules, and
 *  NetworkPolicies have dropped what they drop before. Source: iptables(8); nft(8), "base chains": a drop is final. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { NetworkError } from '../errors.ts'
import { listChain } from '../nft/nft.ts'
import { runCommand } from './command.ts'

/** Docker and ufw may start after us. */
const CHECK_MS = 60_000
/** Seconds to wait for another program that changes the rules. */
const WAIT = ['-w', '5']

export interface ForwardingOptions {
  bridge: string
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

/** Resolves when `signal` has aborted; the rules stay, so that traffic goes on. The first look is over when `onReady` is
 *  called. */
export async function keepForwarding({
  bridge,
  clock,
  logger,
  signal,
  onReady,
}: ForwardingOptions & { onReady: () => void }): Promise<void> {
  while (!signal.aborted) {
    await acceptForwarded(bridge).catch((error: unknown) =>
      logger.warn({ error: errorMessage(error) }, 'iptables drops what pods send, and cannot be told to let it pass'),
    )
    onReady()
    await clock.sleep(CHECK_MS, signal)
  }
}

/** Idempotent. Nothing where nothing is dropped. Throws NetworkError. */
async function acceptForwarded(bridge: string): Promise<void> {
  if (!/policy drop/.test((await forwardChain()) ?? '')) return
  for (const rule of await rulesThere(bridge, false)) await runCommand('iptables', [...WAIT, '-A', 'FORWARD', ...rule])
}

/** Idempotent. Throws NetworkError. */
export async function forgetForwarded(bridge: string): Promise<void> {
  if ((await forwardChain()) === undefined) return
  for (const rule of await rulesThere(bridge, true)) await runCommand('iptables', [...WAIT, '-D', 'FORWARD', ...rule])
}

/** Asked of nft: iptables would make the chain. */
const forwardChain = (): Promise<string | undefined> =>
  listChain('filter', 'FORWARD').catch((error: unknown) => {
    if (error instanceof NetworkError && error.reason === 'CommandMissing') return undefined
    throw error
  })

/** Which of our rules are there, or are not. */
async function rulesThere(bridge: string, isThere: boolean): Promise<string[][]> {
  const present = (await runCommand('iptables', [...WAIT, '-S', 'FORWARD'])).split('\n')
  const rules = [
    ['-i', bridge, '-j', 'ACCEPT'],
    ['-o', bridge, '-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT'],
  ]
  return rules.filter((rule) => present.includes(`-A FORWARD ${rule.join(' ')}`) === isThere)
}
