/** The body of an answer from elsewhere, up to a limit. */
import type { ApiResponse } from '../../api/index.ts'

/** Throws an Error when there is more than `maxBytes`. */
export async function readText({ body }: ApiResponse, maxBytes: number): Promise<string> {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}
