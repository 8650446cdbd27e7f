/** Keeps the kernel's table equal to what Services and EndpointSlices ask for. */
import { resources } from '../../api/index.ts'
import { type Client, openInformer } from '../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { forgetFlows, staleFlows } from './conntrack.ts'
import { applyRuleset, listTable } from './nft.ts'
import { compileRuleset, type RulesetOptions } from './ruleset.ts'
import { type Forwarding, forwardings } from './service-map.ts'

export interface ServiceProxyOptions extends RulesetOptions {
  client: Client
  clock: Clock
  logger: Logger
  nodeName: string
  signal: AbortSignal
  /** Called when the first table is in the kernel. */
  onReady?: () => void
}

/** Changes of one moment (a rollout touches several objects) become one transaction. */
const DEBOUNCE_MS = 20
/** How often the kernel's table is compared with ours, in case somebody flushed it. */
const RESYNC_MS = 30_000
const FIRST_BACKOFF_MS = 200
const LAST_BACKOFF_MS = 30_000

/** Resolves when `signal` has aborted and the transaction in hand is done; the table stays, so that traffic goes on. */
export async function runServiceProxy(options: ServiceProxyOptions): Promise<void> {
  const { client, clock, logger, signal, nodeName } = options
  await using stack = new AsyncDisposableStack()
  const informerOptions = { signal, clock, logger }
  const services = stack.use(await openInformer(client, resources.services, informerOptions))
  const slices = stack.use(await openInformer(client, resources.endpointslices, informerOptions))

  let changed = new AbortController()
  const onChange = () => changed.abort()
  services.onChange(onChange)
  slices.onChange(onChange)

  let applied: { forwardings: Forwarding[]; text: string; kernel: string | undefined } | undefined
  let backoffMs = FIRST_BACKOFF_MS

  async function sync(): Promise<void> {
    const wanted = forwardings({ services: services.list(), endpointSlices: slices.list(), nodeName })
    const text = compileRuleset(wanted, options)
    if (applied?.text === text && (await listTable(options.tableName)) === applied.kernel) return
    if (applied?.text === text)
      logger.warn({ table: options.tableName }, 'nftables table was changed by others, restoring')
    await applyRuleset(text)
    const former = applied?.forwardings ?? []
    applied = { forwardings: wanted, text, kernel: await listTable(options.tableName) }
    options.onReady?.()
    await forgetFlows(staleFlows(former, wanted))
  }

  while (!signal.aborted) {
    changed = new AbortController()
    let waitMs = RESYNC_MS
    try {
      await sync()
      backoffMs = FIRST_BACKOFF_MS
    } catch (error) {
      logger.error({ error: errorMessage(error), retryMs: backoffMs }, 'cannot write the nftables table')
      waitMs = backoffMs
      backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS)
    }
    await clock.sleep(waitMs, AbortSignal.any([signal, changed.signal]))
    if (changed.signal.aborted) await clock.sleep(DEBOUNCE_MS, signal)
  }
}
