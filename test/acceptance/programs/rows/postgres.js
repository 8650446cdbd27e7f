/** As much of PostgreSQL's protocol 3.0 as one query needs, so that the app has no dependencies. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const message = (type, body) => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}
const text = (...words) => Buffer.from(words.map((word) => `${word}\0`).join(''))
const hmac = (key, data) => createHmac('sha256', key).update(data).digest()

/** The proof that the password is known. Source: RFC 5802. */
function scram(password, bare, challenge) {
  const { r, s, i } = Object.fromEntries(challenge.split(',').map((part) => [part[0], part.slice(2)]))
  const salted = pbkdf2Sync(password, Buffer.from(s, 'base64'), Number(i), 32, 'sha256')
  const key = hmac(salted, 'Client Key')
  const last = `c=biws,r=${r}`
  const signature = hmac(createHash('sha256').update(key).digest(), `${bare},${challenge},${last}`)
  return `${last},p=${Buffer.from(key.map((byte, at) => byte ^ signature[at])).toString('base64')}`
}

/** The rows, each a list of texts. */
export function query(uri, sql) {
  const { hostname, port, username, password, pathname } = new URL(uri)
  const bare = `n=,r=${randomBytes(18).toString('base64')}`
  const rows = []
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port })
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed')))
    socket.on('connect', () => {
      const version = Buffer.from([0, 3, 0, 0])
      const start = Buffer.concat([version, text('user', username, 'database', pathname.slice(1), '')])
      socket.write(message('', start))
    })
    const authenticate = (body) => {
      const [code, data] = [body.readInt32BE(0), body.subarray(4)]
      const first = Buffer.from(`n,,${bare}`)
      const length = Buffer.alloc(4)
      length.writeInt32BE(first.length)
      if (code === 10) socket.write(message('p', Buffer.concat([text('SCRAM-SHA-256'), length, first])))
      if (code === 11) socket.write(message('p', Buffer.from(scram(password, bare, data.toString()))))
    }
    let asked = false
    const handle = (type, body) => {
      if (type === 'R') authenticate(body)
      else if (type === 'E') socket.destroy(new Error(body.toString().replaceAll('\0', ' ')))
      else if (type === 'D') rows.push(rowOf(body))
      else if (type === 'Z' && asked) {
        resolve(rows)
        socket.end(message('X', Buffer.alloc(0)))
      } else if (type === 'Z') {
        asked = true
        socket.write(message('Q', text(sql)))
      }
    }
    let buffer = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk])
      while (buffer.length >= 5 && buffer.length > buffer.readInt32BE(1)) {
        const end = buffer.readInt32BE(1) + 1
        handle(buffer.toString('latin1', 0, 1), buffer.subarray(5, end))
        buffer = buffer.subarray(end)
      }
    })
  })
}

function rowOf(body) {
  const columns = []
  for (let at = 2; at < body.length; ) {
    const length = body.readInt32BE(at)
    columns.push(body.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return columns
}
