/** `attempt` for requests without a body and without an upgrade, which most are: over connections of our own, at half of
 *  the CPU that Node's client takes. */
import type { ServerResponse } from 'node:http'
import { PlainAnswer, type PlainOutcome } from './plain-answer.ts'
import type { Connections } from './connections.ts'
import type { Endpoint } from '../../table/table.ts'

export interface PlainAttemptOptions {
  readonly endpoint: Endpoint
  readonly connections: Connections
  /** Over a connection that was not used before. */
  readonly newConnection: boolean
  readonly method: string
  /** The request, to its end. */
  readonly text: string
  readonly client: ServerResponse
  readonly connectTimeoutMs: number
  /** For the head of the response, from the end of connecting. */
  readonly answerTimeoutMs: number
}

export function attemptPlain(options: PlainAttemptOptions): Promise<PlainOutcome> {
  const { endpoint, connections, newConnection, connectTimeoutMs } = options
  const connection = connections.take(endpoint, newConnection)
  return new Promise((resolve) => {
    if (!connection.isUsed) connection.limit(connectTimeoutMs)
    connection.send(options.method, options.text, new PlainAnswer(connection, options, resolve))
  })
}
