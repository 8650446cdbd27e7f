/** Answers external load balancers that ask, on a Service's `healthCheckNodePort`, whether this node has any of its
 *  endpoints. Source: kube-proxy v1.34, pkg/proxy/healthcheck. */
import { createServer, type Server } from 'node:http'
import { errorMessage, type Logger } from '../../lib/index.ts'
import type { HealthCheck } from './service-map.ts'

export class HealthCheckServers implements AsyncDisposable {
  readonly #logger: Logger
  readonly #servers = new Map<number, { server: Server; check: HealthCheck }>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** One server for each check; those of checks that are no longer there end. */
  async serve(checks: readonly HealthCheck[]): Promise<void> {
    const wanted = new Map(checks.map((check) => [check.port, check]))
    for (const [port, { server }] of this.#servers)
      if (!wanted.has(port)) {
        this.#servers.delete(port)
        await close(server)
      }
    for (const [port, check] of wanted) {
      const running = this.#servers.get(port)
      if (running === undefined) this.#start(check)
      else running.check = check
    }
  }

  #start(check: HealthCheck): void {
    const { port } = check
    const server = createServer((request, response) => {
      request.resume()
      const { namespace, name, localEndpoints } = this.#servers.get(port)?.check ?? check
      response.writeHead(localEndpoints > 0 ? 200 : 503, {
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        'x-load-balancing-endpoint-weight': String(localEndpoints),
      })
      response.end(JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: true }))
    })
    server.on('error', (error) => {
      this.#logger.warn({ port, error: errorMessage(error) }, 'cannot serve a health check node port')
      this.#servers.delete(port)
    })
    server.listen(port)
    this.#servers.set(port, { server, check })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.serve([])
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
