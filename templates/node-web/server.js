// A small web server without dependencies. It answers on the port it is given, and ends well when it is asked to.
import { createServer } from 'node:http'
import { answer } from './answer.js'

const server = createServer((request, response) => {
  const { status, headers, body } = answer(request)
  response.writeHead(status, headers).end(body)
})

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening on port ${server.address().port}`))

// Requests under way are answered; then nothing keeps the process.
process.on('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
})
