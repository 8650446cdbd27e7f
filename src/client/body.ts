/** Reads the bodies of answers: whole, or line by line as they come. */
import type { ApiResponse } from '../api/index.ts'

export async function bodyText(response: ApiResponse): Promise<string> {
  const { body } = response
  if (typeof body === 'string') return body
  const decoder = new TextDecoder()
  if (body instanceof Uint8Array) return decoder.decode(body)
  let text = ''
  for await (const chunk of body) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

/** The newline-separated documents of a watch, empty lines left out. */
export async function* lines(response: ApiResponse): AsyncIterable<string> {
  const { body } = response
  const decoder = new TextDecoder()
  let rest = ''
  const chunks = typeof body === 'string' || body instanceof Uint8Array ? [body] : body
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part !== '') yield part
  }
  if (rest.trim() !== '') yield rest
}
