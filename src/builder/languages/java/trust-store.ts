/** The certificates that Java trusts, in the only formats that it reads. Source: the format JKS as OpenJDK documents it in
 *  sun.security.provider.JavaKeyStore. */
import { createHash } from 'node:crypto'

const MAGIC = 0xfe_ed_fe_ed
const VERSION = 2
const TRUSTED_CERTIFICATE = 2
/** It keeps nothing secret: everybody's trust store has it. */
const PASSWORD = 'changeit'
const SALT = 'Mighty Aphrodite'

/** A key store of the certificates in PEM texts. The same certificates give the same bytes. */
export function trustStore(certificates: ReadonlyMap<string, string>): Buffer {
  const entries = [...certificates].sort(([a], [b]) => (a < b ? -1 : 1))
  const body = Buffer.concat([
    int(MAGIC),
    int(VERSION),
    int(entries.length),
    ...entries.flatMap(([name, pem]) => {
      const content = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
      return [
        int(TRUSTED_CERTIFICATE),
        text(name.toLowerCase()),
        Buffer.alloc(8),
        text('X.509'),
        int(content.length),
        content,
      ]
    }),
  ])
  const digest = createHash('sha1').update(Buffer.from(PASSWORD, 'utf16le').swap16()).update(SALT).update(body).digest()
  return Buffer.concat([body, digest])
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** As Java's DataOutput writes it; of characters beyond ASCII names of certificates have none that differ from UTF-8. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
