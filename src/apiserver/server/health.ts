/** `/livez`, `/readyz`, `/healthz`: whether the server can do its work. */
import type { ApiResponse } from '../../api/index.ts'
import { isTrue, type RequestInfo } from '../routing/request-info.ts'
import type { Backend } from './context.ts'
import { respondText } from './response.ts'

const PATHS = ['/livez', '/readyz', '/healthz']

export function isHealthPath(path: string): boolean {
  return PATHS.some((root) => path === root || path.startsWith(`${root}/`))
}

/** `ok`, or 500 with the failed checks. `?verbose` lists all. */
export function serveHealth(backend: Backend, { path, query }: RequestInfo): ApiResponse {
  const endpoint = path.split('/')[1] ?? ''
  const checks = [
    { name: 'ping', ok: true },
    { name: 'store', ok: storeAnswers(backend) },
  ]
  const one = path.split('/')[2]
  const asked = one ? checks.filter(({ name }) => name === one) : checks
  if (asked.length === 0) return respondText(404, '404 page not found\n')
  const ok = asked.every((check) => check.ok)
  const lines = asked.map((check) => `[${check.ok ? '+' : '-'}]${check.name} ${check.ok ? 'ok' : 'failed'}`)
  const verbose = query.has('verbose') && isTrue(query.get('verbose'))
  if (ok && !verbose) return respondText(200, 'ok')
  return respondText(ok ? 200 : 500, `${lines.join('\n')}\n${endpoint} check ${ok ? 'passed' : 'failed'}\n`)
}

function storeAnswers({ store }: Backend): boolean {
  try {
    return store.revision > 0
  } catch {
    return false
  }
}
