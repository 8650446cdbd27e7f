/** A steady client: so many requests a second on a URL, each counted, the failures kept. Bounded by `stop`. */
import { Agent, get } from 'node:http'

export interface LoadReport {
  sent: number
  /** Requests that got anything other than 200, with what they got. */
  failures: string[]
  /** Each distinct body with how often it came. */
  bodies: Map<string, number>
}

/** `curl` resolves *.localhost itself; Node needs the address and the Host header apart. */
export function startLoad(
  url: string,
  options: { perSecond: number; timeoutMs?: number },
): { stop(): Promise<LoadReport> } {
  const target = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const report: LoadReport = { sent: 0, failures: [], bodies: new Map() }
  const open = new Set<Promise<void>>()

  const once = () =>
    new Promise<void>((resolve) => {
      const started = new Date().toISOString()
      const request = get(
        {
          agent,
          host: '127.0.0.1',
          port: target.port || 80,
          path: target.pathname,
          headers: { host: target.host },
          timeout: options.timeoutMs ?? 10_000,
        },
        (response) => {
          let body = ''
          response.setEncoding('utf8').on('data', (text: string) => (body += text))
          response.once('close', () => {
            if (!response.complete) report.failures.push(`${started} cut off after ${body.length} characters`)
            else if (response.statusCode !== 200)
              report.failures.push(`${started} ${response.statusCode}: ${body.slice(0, 300)}`)
            else report.bodies.set(body, (report.bodies.get(body) ?? 0) + 1)
            resolve()
          })
        },
      )
      request.once('timeout', () => request.destroy(new Error('timed out')))
      request.once('error', (error) => {
        report.failures.push(`${started} ${error.message}`)
        resolve()
      })
    })

  const timer = setInterval(() => {
    report.sent += 1
    const request = once().finally(() => open.delete(request))
    open.add(request)
  }, 1000 / options.perSecond)

  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      agent.destroy()
      return report
    },
  }
}
