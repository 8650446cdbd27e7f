/** A command's streams over one WebSocket: the first byte of a message names the channel. The container runtime speaks
 *  SPDY, with a stream each. Source: k8s.io/apimachinery v0.34, pkg/util/remotecommand (v5.channel.k8s.io: channel 255
 *  ends another one); k8s.io/apiserver v0.34, pkg/util/proxy (streamtranslator.go). */
import type { WebSocket } from 'ws'
import { invariant } from '../../lib/index.ts'
import { openRuntimeStream } from './runtime-stream.ts'
import { SpdyClient } from '../../spdy/index.ts'
import type { StreamOptions } from './stream-options.ts'
import { offeredProtocols, type UpgradeConnection } from './upgrade.ts'
import { acceptWebSocket } from './web-socket.ts'

/** Best first. They differ in how a client ends stdin: the older cannot. */
export const COMMAND_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const
/** Of the runtime's SPDY: the end of the command is a Status on the error stream. */
const RUNTIME_PROTOCOL = 'v4.channel.k8s.io'

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
/** More than this on its way to the client, and the runtime has to wait. */
const HIGH_WATER_BYTES = 1024 * 1024

export async function runOverWebSocket(
  url: string,
  connection: UpgradeConnection,
  { options, signal }: { options: StreamOptions; signal: AbortSignal },
): Promise<void> {
  const runtime = await openRuntimeStream(url, { headers: { 'x-stream-protocol-version': RUNTIME_PROTOCOL }, signal })
  const spdy = new SpdyClient(runtime.socket, runtime.head)
  try {
    const protocol = COMMAND_PROTOCOLS.find((known) => offeredProtocols(connection.incoming).includes(known))
    invariant(protocol !== undefined, 'only known protocols get here')
    const webSocket = await acceptWebSocket(connection, protocol)
    await translate(webSocket, spdy, { options, signal })
  } finally {
    spdy.destroy()
  }
}

async function translate(
  webSocket: WebSocket,
  spdy: SpdyClient,
  { options, signal }: { options: StreamOptions; signal: AbortSignal },
): Promise<void> {
  const left = new Promise<void>((resolve) => webSocket.once('close', () => resolve()))
  webSocket.on('error', () => webSocket.terminate())
  const stop = () => webSocket.terminate()
  signal.addEventListener('abort', stop, { once: true })
  const send = sender(webSocket, spdy)
  const outcome: Buffer[] = []

  await spdy.open({ streamType: 'error' }, { onData: (data) => outcome.push(data) })
  const stdin = options.stdin ? await spdy.open({ streamType: 'stdin' }) : undefined
  if (options.stdout) await spdy.open({ streamType: 'stdout' }, { onData: (data) => send(CHANNEL.stdout, data) })
  if (options.stderr) await spdy.open({ streamType: 'stderr' }, { onData: (data) => send(CHANNEL.stderr, data) })
  const resize = options.tty ? await spdy.open({ streamType: 'resize' }) : undefined
  webSocket.on('message', (message) => receive(message as Buffer, { webSocket, spdy, stdin, resize }))
  webSocket.resume()
  // The client waits for something on its first channel before it believes that the command runs.
  send(options.stdout ? CHANNEL.stdout : options.stderr ? CHANNEL.stderr : CHANNEL.error, Buffer.alloc(0))

  await Promise.race([spdy.closed, left])
  if (outcome.length > 0) send(CHANNEL.error, Buffer.concat(outcome))
  webSocket.close(1000)
  spdy.destroy()
  await left
  signal.removeEventListener('abort', stop)
}

function sender(webSocket: WebSocket, spdy: SpdyClient): (channel: number, data: Uint8Array) => void {
  return (channel, data) => {
    if (webSocket.readyState !== webSocket.OPEN) return
    webSocket.send(Buffer.concat([Buffer.of(channel), data]), () => {
      if (webSocket.bufferedAmount < HIGH_WATER_BYTES) spdy.resume()
    })
    if (webSocket.bufferedAmount >= HIGH_WATER_BYTES) spdy.pause()
  }
}

interface Receiver {
  webSocket: WebSocket
  spdy: SpdyClient
  stdin: number | undefined
  resize: number | undefined
}

function receive(message: Buffer, { webSocket, spdy, stdin, resize }: Receiver): void {
  const [channel, ended] = message
  const target = channel === CHANNEL.stdin ? stdin : channel === CHANNEL.resize ? resize : undefined
  if (channel === CHANNEL.close && ended === CHANNEL.stdin && stdin !== undefined) spdy.end(stdin)
  if (target === undefined || spdy.write(target, message.subarray(1))) return
  // Messages that were read already still come when it is paused, or closed.
  if (webSocket.readyState !== webSocket.OPEN || webSocket.isPaused) return
  webSocket.pause()
  void spdy.drained().then(() => webSocket.resume())
}
