// A small JSON API with Express.
import express from 'express'

const app = express()
const startedAt = Date.now()

app.use(express.json({ limit: '100kb' }))
app.get('/', (_request, response) => response.json({ hello: 'world', 안녕: '세상아' }))
app.get('/healthz', (_request, response) => response.json({ ok: true, uptimeSeconds: Math.round((Date.now() - startedAt) / 1000) }))
app.post('/echo', (request, response) => response.json(request.body ?? null))

const server = app.listen(Number(process.env.PORT ?? 8080), (error) => {
  if (error) throw error
  console.log(`listening on port ${server.address().port}`)
})

process.on('SIGTERM', () => {
  server.close()
  server.closeIdleConnections()
})
