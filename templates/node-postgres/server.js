// A small API over PostgreSQL: GET / lists notes, POST / adds one.
import { createServer } from 'node:http'
import { pool, query } from './database.js'
import { noteOf, openNotes } from './notes.js'

const notes = openNotes(query)

const routes = {
  'GET /': async () => ({ status: 200, body: await notes.newest() }),
  'POST /': async (request) => {
    const note = noteOf(await bodyOf(request))
    if (note === undefined) return { status: 400, body: { error: 'a note has 1 to 1000 characters' } }
    return { status: 201, body: await notes.add(note) }
  },
  'GET /healthz': async () => {
    await pool.query('select 1')
    return { status: 200, body: { ok: true } }
  },
}

/** The body as text; of one that is too long as much as shows that. */
async function bodyOf(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > 10_000) break
  }
  return body
}

const server = createServer(async (request, response) => {
  const [path] = request.url.split('?', 1)
  const route = routes[`${request.method} ${path}`]
  try {
    const { status, body } = route === undefined ? { status: 404, body: { error: 'no such page' } } : await route(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
  } catch (error) {
    console.error(`${request.method} ${path}: ${error.message}`)
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":"not now"}\n')
  }
})

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening on port ${server.address().port}`))

// Requests under way are answered, then the connections to the database are given back.
process.on('SIGTERM', () => {
  server.close(() => pool.end())
  server.closeIdleConnections()
})
