/** `attempt` for requests without a body and without an upgrade, which most are: over connections of our own, at half of
 *  the CPU that Node's client takes. */
import type { ServerResponse } from 'node:http'
import type { Outcome } from '../attempt.ts'
import { PlainAnswer } from './plain-answer.ts'
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

export function attemptPlain(options: PlainAttemptOptions): Promise<Outcome> {
  const { client } = options
  const connection = options.connections.take(options.endpoint, options.newConnection)
  const reused = connection.isUsed
  return new Promise((resolve) => {
    let connected = false
    const settle = (outcome: Outcome) => {
      connection.unlimit()
      client.off('close', onClientClose)
      if (outcome.kind !== 'plain') connection.destroy()
      resolve(outcome)
    }
    function onClientClose(): void {
      settle({ kind: 'clientGone' })
    }
    if (!reused) connection.limit(options.connectTimeoutMs)
    client.on('close', onClientClose)
    const answer = new PlainAnswer(connection, {
      onConnect() {
        connected = true
        connection.limit(options.answerTimeoutMs)
      },
      onTimeout: () => settle({ kind: 'timeout', connected }),
      onHead: () => settle({ kind: 'plain', answer }),
      onError: (error) => settle({ kind: 'failed', error, connected, reused }),
    })
    connection.send(options.method, options.text, answer)
  })
}
