// Answers how the worker's queue could be fed; it is a web server of its own, and is scaled by itself.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  const isHealth = request.url === '/healthz'
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(isHealth ? 'ok\n' : 'the worker runs beside\n')
})

server.listen(Number(process.env.PORT ?? 8080))
process.on('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
})
