/** What people get when there is no answer from an app: a page, a line of text or JSON, as they accept it. */
import { type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http'

export interface Problem {
  readonly status: number
  /** What happened, for the person who asked. Never holds secrets, addresses or names of other apps. */
  readonly message: string
  /** When the client may ask again. Default, with 503: after 2. */
  readonly retryAfterSeconds?: number | undefined
}

export function sendProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  const { contentType, body } = render(request.headers.accept ?? '', problem)
  const bytes = Buffer.from(body)
  const headers = ['Content-Type', contentType, 'Content-Length', String(bytes.length), 'Cache-Control', 'no-store']
  if (problem.status === 503) headers.push('Retry-After', String(problem.retryAfterSeconds ?? 2))
  response.writeHead(problem.status, headers)
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function render(accept: string, { status, message }: Problem): { contentType: string; body: string } {
  const title = STATUS_CODES[status] ?? 'Error'
  if (accept.includes('text/html'))
    return { contentType: 'text/html; charset=utf-8', body: page(`${status} ${title}`, message) }
  if (accept.includes('json'))
    return { contentType: 'application/json', body: `${JSON.stringify({ status, error: title, message })}\n` }
  return { contentType: 'text/plain; charset=utf-8', body: `${status} ${title}: ${message}\n` }
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem;color:#1f2933;background:#fff}' +
  'h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:0;color:#52606d}' +
  '@media(prefers-color-scheme:dark){body{color:#e4e7eb;background:#12181f}p{color:#9aa5b1}}'

function page(title: string, message: string): string {
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escape(title)}</title><style>${STYLE}</style><h1>${escape(title)}</h1><p>${escape(message)}</p></html>\n`
  )
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
