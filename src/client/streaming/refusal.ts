/** What the Kubernetes API answers in place of an upgrade. */
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { ApiError, type k8s } from '../../api/index.ts'

/** Resolves to ApiError with the Status, Error where the answer is none. */
export async function refusal(response: IncomingMessage): Promise<Error> {
  const body = await text(response)
  try {
    return new ApiError(JSON.parse(body) as k8s.Status)
  } catch {
    return new Error(`the server answered ${response.statusCode ?? 0}: ${body.slice(0, 200)}`)
  }
}
