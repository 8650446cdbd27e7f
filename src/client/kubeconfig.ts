/** Reads a kubeconfig file: which server, trusted how, as whom. Source: client-go clientcmd/api/v1 Config. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { hasErrno } from '../lib/index.ts'
import type { HttpsExchangeOptions } from './https-exchange.ts'

export class KubeconfigError extends Error {
  override name = 'KubeconfigError'
  readonly code: 'missing' | 'malformed' | 'noContext' | 'unsupported'
  constructor(code: KubeconfigError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

type Values = Record<string, unknown>

/** As the file has it: nothing of it is sure to be what it should be. */
interface Kubeconfig {
  'current-context'?: unknown
  clusters?: unknown
  users?: unknown
  contexts?: unknown
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the entry of that name in a list of `{ name, <key>: … }` holds. */
function entryNamed(entries: unknown, key: string, name: unknown): Values | undefined {
  const named = Array.isArray(entries) ? entries.find((entry) => isMap(entry) && entry.name === name) : undefined
  const value: unknown = isMap(named) ? named[key] : undefined
  return isMap(value) ? value : undefined
}

export interface KubeconfigTarget {
  context: string
  namespace: string
  connection: HttpsExchangeOptions
}

/** The connection that `context` (default: the file's current one) stands for. */
export async function loadKubeconfig(path: string, context?: string): Promise<KubeconfigTarget> {
  let parsed: unknown
  try {
    parsed = parse(await readFile(path, 'utf8'), { logLevel: 'error' })
  } catch (error) {
    if (hasErrno(error, 'ENOENT'))
      throw new KubeconfigError('missing', `there is no kubeconfig at ${path}`, { cause: error })
    throw new KubeconfigError('malformed', `the kubeconfig ${path} cannot be read as YAML`, { cause: error })
  }
  const config: Kubeconfig = isMap(parsed) ? parsed : {}
  const current = config['current-context']
  const name = context ?? (typeof current === 'string' ? current : '')
  const found = entryNamed(config.contexts, 'context', name)
  const cluster = entryNamed(config.clusters, 'cluster', found?.cluster)
  if (found === undefined || typeof cluster?.server !== 'string')
    throw new KubeconfigError(
      'noContext',
      `the kubeconfig ${path} has no context "${name}" with a cluster and a server`,
    )
  const user = entryNamed(config.users, 'user', found.user) ?? {}
  if ('exec' in user || 'auth-provider' in user)
    throw new KubeconfigError(
      'unsupported',
      `context "${name}" logs in through a plugin, which is not supported yet; use a client certificate or a token`,
    )

  const read = async (holder: Record<string, unknown>, field: string): Promise<string | undefined> => {
    const data = holder[`${field}-data`]
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8')
    const file = holder[field]
    return typeof file === 'string' ? await readFile(resolve(dirname(path), file), 'utf8') : undefined
  }
  return {
    context: name,
    namespace: typeof found.namespace === 'string' ? found.namespace : 'default',
    connection: {
      server: cluster.server,
      caPem: await read(cluster, 'certificate-authority'),
      certPem: await read(user, 'client-certificate'),
      keyPem: await read(user, 'client-key'),
      ...(typeof user.token === 'string' && { token: user.token }),
    },
  }
}
