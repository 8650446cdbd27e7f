/** Raw requests to an exchange, for tests that look at statuses and headers. */
import type { ApiRequest, Exchange } from '../../src/api/index.ts'
import { bodyText } from '../../src/client/index.ts'

export interface Answer {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
  /** The body as JSON; undefined when it is none. */
  json: Record<string, unknown> & { message?: string; reason?: string; metadata?: Record<string, unknown> }
}

export interface CallOptions {
  body?: unknown
  /** Sent as it is instead of JSON. */
  text?: string
  headers?: Record<string, string>
}

export async function call(
  exchange: Exchange,
  method: ApiRequest['method'],
  url: string,
  options: CallOptions = {},
): Promise<Answer> {
  const body = options.text ?? (options.body === undefined ? '' : JSON.stringify(options.body))
  const signal = new AbortController().signal
  const response = await exchange({ method, url, headers: options.headers ?? {}, body, signal })
  const text = await bodyText(response)
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json']
  } catch {
    return {}
  }
}
