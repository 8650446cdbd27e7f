/** Runs a command in a container over one WebSocket, and lends it streams. Source: k8s.io/apimachinery v0.34,
 *  pkg/util/remotecommand (v5.channel.k8s.io: the first byte of a message names the channel, channel 255 ends another). */
import type { Readable, Writable } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { ApiError, type k8s } from '../../api/index.ts'
import type { HttpsExchangeOptions } from '../https-exchange.ts'
import { connectWebSocket } from './connect-web-socket.ts'

export interface TerminalSize {
  columns: number
  rows: number
}

export interface CommandStreamOptions {
  connection: HttpsExchangeOptions
  /** Of the subresource, with its query: `/api/v1/namespaces/…/pods/…/exec?command=…`. */
  path: string
  /** Left out: the command gets none; the query must say the same. */
  stdin?: Readable | undefined
  stdout: Writable
  stderr: Writable
  /** Called when the command may be told how large the terminal is. */
  onOpen?: (resize: (size: TerminalSize) => void) => void
  signal: AbortSignal
}

const PROTOCOL = 'v5.channel.k8s.io'
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
/** More than this on its way to the server, and stdin has to wait. */
const HIGH_WATER_BYTES = 1024 * 1024

/** Resolves to the exit code. Throws ApiError when the command could not be run, Error when the connection was lost. */
export async function runCommandStream(options: CommandStreamOptions): Promise<number> {
  const { signal, stdin } = options
  signal.throwIfAborted()
  const socket = await connectWebSocket({ ...options, protocol: PROTOCOL })
  const stop = () => socket.terminate()
  signal.addEventListener('abort', stop, { once: true })
  const pump = stdin && pumpStdin(socket, stdin)
  try {
    options.onOpen?.(({ columns, rows }) =>
      send(socket, CHANNEL.resize, JSON.stringify({ Width: columns, Height: rows })),
    )
    const outcome = await receive(socket, options)
    signal.throwIfAborted()
    if (outcome === undefined) throw new Error('the connection to the container was lost')
    return exitCodeOf(outcome)
  } finally {
    pump?.stop()
    signal.removeEventListener('abort', stop)
    socket.terminate()
  }
}

/** Resolves when the connection is over, to what was said of the command's end. */
function receive(socket: WebSocket, { stdout, stderr }: CommandStreamOptions): Promise<string | undefined> {
  let outcome: string | undefined
  const sinks: Partial<Record<number, Writable>> = { [CHANNEL.stdout]: stdout, [CHANNEL.stderr]: stderr }
  socket.on('message', (message: RawData) => {
    const bytes = message as Buffer
    const [channel = -1] = bytes
    const data = bytes.subarray(1)
    if (channel === CHANNEL.error) outcome = data.toString()
    const sink = sinks[channel]
    if (sink === undefined || data.length === 0 || sink.write(data)) return
    // Messages that were read already still come when it is paused.
    if (socket.isPaused) return
    socket.pause()
    sink.once('drain', () => socket.resume())
  })
  const over = new Promise<string | undefined>((resolve, reject) => {
    socket.once('close', () => resolve(outcome))
    socket.once('error', reject)
  })
  socket.resume()
  return over
}

function pumpStdin(socket: WebSocket, stdin: Readable): { stop: () => void } {
  const onData = (data: Buffer | string) => {
    socket.send(Buffer.concat([Buffer.of(CHANNEL.stdin), Buffer.from(data)]), () => {
      if (socket.bufferedAmount < HIGH_WATER_BYTES) stdin.resume()
    })
    if (socket.bufferedAmount >= HIGH_WATER_BYTES) stdin.pause()
  }
  const onEnd = () => send(socket, CHANNEL.close, Buffer.of(CHANNEL.stdin))
  stdin.on('data', onData)
  stdin.once('end', onEnd)
  return {
    stop() {
      stdin.off('data', onData)
      stdin.off('end', onEnd)
      stdin.pause()
    },
  }
}

function send(socket: WebSocket, channel: number, data: string | Buffer): void {
  if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(data)]))
}

/** A Status: success, or a failure whose cause `ExitCode` has the code as its message. */
function exitCodeOf(outcome: string): number {
  const status = JSON.parse(outcome) as k8s.Status
  if (status.status === 'Success') return 0
  const code = Number(status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message)
  if (status.reason === 'NonZeroExitCode' && Number.isInteger(code)) return code
  throw new ApiError(status)
}
