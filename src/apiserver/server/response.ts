/** Answers: objects as JSON or YAML, Status documents, streams. */
import type { ApiResponse, k8s } from '../../api/index.ts'
import { parseJson } from '../../api/machinery.ts'
import type { Format } from './media-types.ts'
import { writeYaml } from './write-yaml.ts'

export const JSON_TYPE = 'application/json'

/** A document that is already JSON text. YAML is made from it only when it is asked for. */
export function respondJson(
  status: number,
  json: string,
  options: { format?: Format; headers?: Record<string, string> } = {},
): ApiResponse {
  if (options.format?.encoding === 'yaml')
    return {
      status,
      headers: { ...options.headers, 'content-type': 'application/yaml' },
      body: writeYaml(parseJson(json)),
    }
  return { status, headers: { ...options.headers, 'content-type': JSON_TYPE }, body: json }
}

export function respondText(status: number, body: string): ApiResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, body }
}

/** `headers` are sent besides those that the Status asks for. */
export function respondStatus(
  status: k8s.Status,
  { format, headers: others }: { format?: Format; headers?: Record<string, string> } = {},
): ApiResponse {
  const headers: Record<string, string> = { ...others }
  const seconds = status.details?.retryAfterSeconds
  if (seconds !== undefined) headers['retry-after'] = String(seconds)
  return respondJson(status.code ?? 200, JSON.stringify(status), { headers, ...(format && { format }) })
}

/** The Status that says a request was done when there is no object to return. A code of 200 goes without saying. */
export function success(details?: k8s.StatusDetails, code?: number): k8s.Status {
  const told = { ...(details && { details }), ...(code !== undefined && { code }) }
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...told }
}

/** `Warning` headers, which kubectl prints. One header holds them all, separated as HTTP lists are (RFC 9110). */
export function warningHeader(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {}
  return { warning: warnings.map((text) => `299 - "${quotable(text)}"`).join(', ') }
}

const quotable = (text: string) =>
  text
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .slice(0, 1000)
