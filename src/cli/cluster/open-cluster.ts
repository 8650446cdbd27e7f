/** The Kubernetes API that a command speaks to: the engine's own, or the one that `--context` names. */
import {
  type Client,
  type HttpsExchangeOptions,
  KubeconfigError,
  loadKubeconfig,
  openClient,
  openHttpsExchange,
} from '../../client/index.ts'
import type { CommandContext } from '../context.ts'
import { readEngine } from '../engine/engine-info.ts'
import { adminKubeconfig } from '../engine/naru-context.ts'
import { CliError } from '../errors.ts'
import { CONTEXT } from '../kubeconfig/context-name.ts'

export interface Cluster extends AsyncDisposable {
  client: Client
  connection: HttpsExchangeOptions
  /** `--namespace`, else the context's. */
  namespace: string
}

/** Throws CliError `engineDown` when the engine's own API is meant and no engine runs, `contextUnusable` when a named
 *  context cannot be used. The connection itself is made at the first call. */
export async function openCluster(context: CommandContext): Promise<Cluster> {
  const { paths, kubeContext } = context
  const own = kubeContext === undefined || kubeContext === CONTEXT
  if (own && (await readEngine(paths)) === undefined) throw CliError.of('engineDown')
  const file = own ? adminKubeconfig(paths) : paths.kubeconfig
  const target = await loadKubeconfig(file, kubeContext ?? CONTEXT).catch((error: unknown) => {
    if (!(error instanceof KubeconfigError)) throw error
    throw CliError.of('contextUnusable', { context: kubeContext ?? CONTEXT, reason: error.message }, { cause: error })
  })
  const exchange = openHttpsExchange(target.connection)
  return {
    client: openClient(exchange, { userAgent: 'naru-cli' }),
    connection: target.connection,
    namespace: context.namespace ?? target.namespace,
    [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose](),
  }
}
