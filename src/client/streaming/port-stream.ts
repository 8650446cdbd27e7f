/** Bytes to and from a port of a pod. Over SPDY: the same within a WebSocket has a name that WebSocket libraries refuse,
 *  for its slash. Source: k8s.io/client-go v0.34, tools/portforward (a stream for errors and one for data). */
import type { Duplex } from 'node:stream'
import type { ObjectRef } from '../../api/index.ts'
import type { SpdyClient } from '../../spdy/index.ts'
import { endAndClose } from '../../lib/index.ts'
import type { HttpsExchangeOptions } from '../https-exchange.ts'
import { connectSpdy } from './connect-spdy.ts'

const PROTOCOL = 'portforward.k8s.io'

export interface PortStreamOptions {
  connection: HttpsExchangeOptions
  pod: ObjectRef
  port: number
  /** What is joined to the port; destroyed when the port's side is over. */
  local: Duplex
}

/** Resolves when both sides have ended. Throws ApiError when the pod cannot be reached, Error with the kubelet's words when
 *  nothing answers on the port. */
export async function joinPort({ connection, pod, port, local }: PortStreamOptions): Promise<void> {
  let spdy: SpdyClient | undefined
  try {
    const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/portforward`
    spdy = await connectSpdy({ connection, path, protocol: PROTOCOL })
    const said: Buffer[] = []
    const headers = { port: String(port), requestID: '0' }
    const failed = Promise.withResolvers<void>()
    const errors = await spdy.open(
      { streamType: 'error', ...headers },
      { onData: (data) => said.push(data), onEnd: () => said.length > 0 && failed.resolve() },
    )
    spdy.end(errors)
    await Promise.race([pipe(spdy, { ...headers, streamType: 'data' }, local), failed.promise])
    if (said.length > 0) throw new Error(Buffer.concat(said).toString())
  } finally {
    local.destroy()
    spdy?.destroy()
  }
}

/** Resolves when the pod's side or the whole connection has ended. */
async function pipe(spdy: SpdyClient, headers: Record<string, string>, local: Duplex): Promise<void> {
  const ended = Promise.withResolvers<void>()
  local.on('drain', () => spdy.resume())
  const stream = await spdy.open(headers, {
    onData(data) {
      if (!local.write(data)) spdy.pause()
    },
    onEnd: () => ended.resolve(),
  })
  local.on('data', (data: Buffer) => {
    if (spdy.write(stream, data)) return
    local.pause()
    void spdy.drained().then(() => local.resume())
  })
  local.once('end', () => spdy.end(stream))
  local.once('close', () => ended.resolve())
  local.on('error', () => ended.resolve())
  await Promise.race([ended.promise, spdy.closed])
  await endAndClose(local)
}
