/** POST /rows/7 keeps a row, GET /rows lists them; PUT and GET /cache/key likewise with Redis, /files/name with a
 *  volume; GET /bound says what it was
 *  given. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { query } from './postgres.js'

const { DATABASE_URL = '', REDIS_URL = '', SERVICE_BINDING_ROOT = '', PORT } = process.env

/** One command, and the first line (or text) of what Redis says to it. */
function redis(...words) {
  const { hostname, port, password } = new URL(REDIS_URL)
  const encode = (parts) => `*${parts.length}\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port }, () => socket.write(encode(['AUTH', password]) + encode(words)))
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
    let said = ''
    socket.on('data', (chunk) => {
      said += chunk
      const answer = /^\+OK\r\n(?:\+(.*)|\$\d+\r\n(.*)|(\$-1))\r\n$/.exec(said)
      if (answer === null) return
      resolve(answer[1] ?? answer[2] ?? '')
      socket.end()
    })
  })
}

function bound() {
  const files = (name) => readdirSync(`${SERVICE_BINDING_ROOT}/${name}`).filter((file) => !file.startsWith('.'))
  const names = readdirSync(SERVICE_BINDING_ROOT)
  const uri = readFileSync(`${SERVICE_BINDING_ROOT}/db/uri`, 'utf8')
  return { files: Object.fromEntries(names.map((name) => [name, files(name)])), same: uri === DATABASE_URL }
}

async function answer(method, path, body) {
  const [, kind, key = ''] = path.split('/')
  if (kind === 'bound') return bound()
  if (kind === 'cache') return method === 'PUT' ? redis('SET', key, body) : redis('GET', key)
  if (kind === 'files' && method === 'PUT') writeFileSync(`/files/${key}`, body)
  if (kind === 'files') return readFileSync(`/files/${key}`, 'utf8')
  if (method === 'POST') return query(DATABASE_URL, `INSERT INTO rows VALUES (${Number(key)})`)
  return (await query(DATABASE_URL, 'SELECT id FROM rows ORDER BY id')).map(([id]) => Number(id))
}

createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () =>
    answer(request.method, request.url, body).then(
      (value) => response.end(JSON.stringify(value)),
      (error) => response.writeHead(500).end(String(error)),
    ),
  )
}).listen(PORT)
