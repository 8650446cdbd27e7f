// A web server without dependencies: says hello, and ends well when it is asked to.
import { createServer } from 'node:http'
import { hostname } from 'node:os'

const port = Number(process.env.PORT ?? 8080)

const page = `<!doctype html>
<html lang="ko">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>안녕하세요 · Hello from Naru</title>
  <style>
    :root { color-scheme: light dark; }
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; text-align: center;
           font: 1.1rem/1.6 system-ui, sans-serif; background: light-dark(#f3f7fa, #0e1a22); color: light-dark(#10303f, #dcebf2); }
    h1 { font-size: clamp(2rem, 8vw, 4rem); margin: 0; line-height: 1.2; }
    p { margin: .5rem 1rem; }
    code { padding: .1em .4em; border-radius: .3em; background: light-dark(#dfeaf0, #1b303c); }
  </style>
</head>
<body>
  <main>
    <h1>안녕하세요!<br>Hello!</h1>
    <p>나루에서 띄운 첫 번째 배입니다.</p>
    <p>The first boat that set off from Naru.</p>
    <p><code>${hostname()}</code></p>
  </main>
</body>
</html>
`

const server = createServer((request, response) => {
  if (request.url === '/healthz') {
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok\n')
    return
  }
  console.log(`${request.method} ${request.url}`)
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
})

server.listen(port, () => console.log(`listening on port ${port}`))

// Requests under way are answered; then nothing keeps the process.
process.on('SIGTERM', () => {
  console.log('SIGTERM: closing')
  server.close()
  server.closeIdleConnections()
})
