/** /healthz, and each of its checks below it. Source: k8s.io/apiserver v0.34, pkg/server/healthz; the checks: Kubernetes
 *  v1.34, pkg/kubelet/server/server.go. */
import type { Exchange } from '../../api/index.ts'
import { plainText } from './plain-text.ts'

/** Undefined: well; otherwise what is wrong. */
export type HealthCheck = () => string | undefined

const well: HealthCheck = () => undefined

/** `syncLoop`: whether pods are brought to what they are to be. */
export function healthExchange({ syncLoop }: { syncLoop: HealthCheck }): Exchange {
  // Logs are written without waiting for whoever reads them: nothing blocks.
  const checks: readonly (readonly [string, HealthCheck])[] = [
    ['ping', well],
    ['log', well],
    ['syncloop', syncLoop],
  ]
  return async ({ url }) => {
    const { pathname, searchParams } = new URL(url, 'http://kubelet')
    const [, , name = '', ...more] = pathname.split('/')
    if (name !== '') {
      const check = checks.find(([known]) => known === name)?.[1]
      if (check === undefined || more.length > 0) return plainText(404, '404 page not found\n')
      const problem = check()
      return problem === undefined ? plainText(200, 'ok') : plainText(500, `internal server error: ${problem}\n`)
    }
    const excluded = searchParams.getAll('exclude')
    const outcomes = checks.map(([known, check]) => {
      if (excluded.includes(known)) return { ok: true, line: `[+]${known} excluded: ok\n` }
      return check() === undefined
        ? { ok: true, line: `[+]${known} ok\n` }
        : { ok: false, line: `[-]${known} failed: reason withheld\n` }
    })
    const lines = outcomes.map(({ line }) => line).join('')
    if (outcomes.some(({ ok }) => !ok)) return plainText(500, `${lines}healthz check failed\n`)
    return plainText(200, searchParams.has('verbose') ? `${lines}healthz check passed\n` : 'ok')
  }
}
