// Takes jobs from outside and puts them into the queue: POST / with a text, GET / says how many wait.
import { createServer } from 'node:http'
import { FAILED, JOBS, openBroker } from './broker.js'
import { jobOf } from './job.js'

let channel
const broker = await openBroker((opened) => {
  opened.once('close', () => (channel = undefined))
  channel = opened
})

function theChannel() {
  if (channel === undefined) throw new Error('there is no connection to the broker')
  return channel
}

/** Resolves when the broker has it on disk. */
const publish = (job) =>
  new Promise((resolve, reject) => {
    const options = { persistent: true, messageId: job.id, contentType: 'application/json' }
    theChannel().sendToQueue(JOBS, Buffer.from(JSON.stringify(job)), options, (error) =>
      error ? reject(error) : resolve(),
    )
  })

const routes = {
  'GET /': async () => {
    const [jobs, failed] = await Promise.all([JOBS, FAILED].map((queue) => theChannel().checkQueue(queue)))
    return { status: 200, body: { waiting: jobs.messageCount, workers: jobs.consumerCount, failed: failed.messageCount } }
  },
  'POST /': async (request) => {
    const job = jobOf(await bodyOf(request))
    if (job === undefined) return { status: 400, body: { error: 'a job has 1 to 10000 characters' } }
    await publish(job)
    return { status: 202, body: { accepted: job.id } }
  },
  // Whether a job could be put into the queue.
  'GET /healthz': async () => {
    await theChannel().checkQueue(JOBS)
    return { status: 200, body: { ok: true } }
  },
}

/** The body as text; of one that is too long as much as shows that. */
async function bodyOf(request) {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > 100_000) break
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

// Requests under way are answered, then the connection to the broker is given back.
process.once('SIGTERM', () => {
  server.close(() => broker.close())
  server.closeIdleConnections()
})
