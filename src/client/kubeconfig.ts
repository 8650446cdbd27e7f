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

type Entry<Key extends string, T> = { name: string } & { [P in Key]?: T }

interface Kubeconfig {
  'current-context'?: string
  clusters?: Entry<'cluster', Record<string, string | boolean>>[]
  users?: Entry<'user', Record<string, unknown>>[]
  contexts?: Entry<'context', { cluster?: string; user?: string; namespace?: string }>[]
}

export interface KubeconfigTarget {
  context: string
  namespace: string
  connection: HttpsExchangeOptions
}

/** The connection that `context` (default: the file's current one) stands for. */
export async function loadKubeconfig(path: string, context?: string): Promise<KubeconfigTarget> {
  let config: Kubeconfig
  try {
    config = (parse(await readFile(path, 'utf8')) ?? {}) as Kubeconfig
  } catch (error) {
    if (hasErrno(error, 'ENOENT'))
      throw new KubeconfigError('missing', `there is no kubeconfig at ${path}`, { cause: error })
    throw new KubeconfigError('malformed', `the kubeconfig ${path} cannot be read as YAML`, { cause: error })
  }
  const name = context ?? config['current-context'] ?? ''
  const found = config.contexts?.find((entry) => entry.name === name)?.context
  const cluster = config.clusters?.find((entry) => entry.name === found?.cluster)?.cluster
  if (found === undefined || typeof cluster?.server !== 'string')
    throw new KubeconfigError(
      'noContext',
      `the kubeconfig ${path} has no context "${name}" with a cluster and a server`,
    )
  const user = config.users?.find((entry) => entry.name === found.user)?.user ?? {}
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
    namespace: found.namespace ?? 'default',
    connection: {
      server: cluster.server,
      caPem: await read(cluster, 'certificate-authority'),
      certPem: await read(user, 'client-certificate'),
      keyPem: await read(user, 'client-key'),
      ...(typeof user.token === 'string' && { token: user.token }),
    },
  }
}
