/** What the kubelet answers, by the first part of the path; for its own port and for the API server's proxy alike.
 *  Source: Kubernetes v1.34, pkg/kubelet/server/server.go. */
import type { Exchange } from '../../api/index.ts'
import { plainText } from './plain-text.ts'

export interface KubeletParts {
  /** Where the runtime waits with the stream. */
  streams: Exchange
  logs: Exchange
  run: Exchange
  stats: Exchange
  health: Exchange
  configz: Exchange
}

const disabled =
  (what: string): Exchange =>
  async () =>
    plainText(405, `${what} endpoint is disabled.\n`)

export function kubeletExchange({ streams, logs, run, stats, health, configz }: KubeletParts): Exchange {
  const roots: Readonly<Record<string, Exchange>> = {
    exec: streams,
    attach: streams,
    portForward: streams,
    containerLogs: logs,
    run,
    stats,
    metrics: stats,
    pods: stats,
    runningpods: stats,
    healthz: health,
    configz,
    // Files of the machine's /var/log, and the insides of the program: not told.
    logs: disabled('logs'),
    debug: (request) => disabled(request.url.startsWith('/debug/flags/') ? 'flags' : 'profiling')(request),
  }
  return async (request) => {
    const root = /^\/([^/?]*)/.exec(request.url)?.[1] ?? ''
    const part = Object.hasOwn(roots, root) ? roots[root] : undefined
    return part === undefined ? plainText(404, '404 page not found\n') : part(request)
  }
}
