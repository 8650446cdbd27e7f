/** Basic authentication (RFC 7617) against one set of credentials. */
import { createHash, timingSafeEqual } from 'node:crypto'

export interface Credentials {
  username: string
  password: string
}

/** Whether an Authorization header carries these credentials. Takes the same time for every wrong answer. */
export function isAuthorized(header: string | undefined, credentials: Credentials): boolean {
  const match = header === undefined ? null : /^basic +([a-z0-9+/=]+)$/i.exec(header.trim())
  const given = match === null ? '' : Buffer.from(match[1] ?? '', 'base64').toString('utf8')
  return timingSafeEqual(sha256(given), sha256(`${credentials.username}:${credentials.password}`))
}

export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
