/** Connections to backends for requests without a body, kept for the next request. One request at a time each.
 *  They read into one piece of memory that they share, past Node's streams: what is read is used before the next read. */
import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../../table/table.ts'
import { AnswerParser, type AnswerReceiver } from './answer-parser.ts'

/** Idle for longer, a connection is closed. */
const IDLE_MS = 60_000
const SWEEP_MS = 10_000
const MAX_IDLE_PER_ENDPOINT = 128
/** So that an answer of 64 KiB and its head are one read, and one write to the client. */
const READ_BYTES = 128 * 1024

export interface RequestReceiver extends AnswerReceiver {
  /** The connection stands, and the request goes out. */
  onConnect(): void
  /** The time is over that `limit` set. */
  onTimeout(): void
  /** The connection is gone before the answer's end, or brought something that is none. */
  onError(error: Error): void
}

export class Connections {
  readonly #sourceAddress: string | undefined
  /** By the endpoint's id; the last to become idle is last. */
  readonly #idle = new Map<string, Connection[]>()
  readonly #open = new Set<Connection>()
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  #sweeper: NodeJS.Timeout | undefined

  constructor(sourceAddress: string | undefined) {
    this.#sourceAddress = sourceAddress
  }

  /** An idle connection, unless `isNew` is asked for or there is none. */
  take({ id, address, port }: Endpoint, isNew: boolean): Connection {
    const known = isNew ? undefined : this.#idle.get(id)?.pop()
    if (known !== undefined) return known
    const from = this.#sourceAddress
    const onread = {
      buffer: this.#buffer,
      callback: (length: number, buffer: Uint8Array) => connection.read(buffer.subarray(0, length) as Buffer),
    }
    const local = from === undefined ? {} : { localAddress: from }
    const socket = connect({ host: address, port, noDelay: true, onread, ...local })
    const connection: Connection = new Connection(socket, {
      onIdle: () => this.#keep(id, connection),
      onClose: () => {
        this.#open.delete(connection)
        this.#forget(id, connection)
      },
    })
    this.#open.add(connection)
    return connection
  }

  close(): void {
    clearInterval(this.#sweeper)
    for (const connection of this.#open) connection.destroy()
  }

  #keep(id: string, connection: Connection): void {
    const idle = this.#idle.get(id)
    if (idle === undefined) this.#idle.set(id, [connection])
    else if (idle.length < MAX_IDLE_PER_ENDPOINT) idle.push(connection)
    else return connection.destroy()
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
  }

  #forget(id: string, connection: Connection): void {
    const idle = this.#idle.get(id)
    const at = idle?.indexOf(connection) ?? -1
    if (at >= 0) idle?.splice(at, 1)
    if (idle?.length === 0) this.#idle.delete(id)
  }

  #sweep(): void {
    const tooOld = performance.now() - IDLE_MS
    for (const connections of this.#idle.values())
      for (const connection of connections) if (connection.idleSince < tooOld) connection.destroy()
    if (this.#idle.size > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }
}

export class Connection {
  readonly #socket: Socket
  readonly #onIdle: () => void
  #isUsed = false
  #receiver: RequestReceiver | undefined
  #parser: AnswerParser | undefined
  #text = ''
  /** One for all requests: to start it again is cheaper than to make another. */
  #timer: NodeJS.Timeout | undefined
  #timerMs = 0
  #isLimited = false
  /** By `performance.now()`. */
  idleSince = 0

  constructor(socket: Socket, { onIdle, onClose }: { onIdle: () => void; onClose: () => void }) {
    this.#socket = socket
    this.#onIdle = onIdle
    socket.on('connect', () => this.#begin())
    socket.on('end', () => this.#fail(new Error('the backend closed the connection')))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => {
      this.#fail(new Error('the connection was closed'))
      onClose()
    })
  }

  /** Whether another request went over it before. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  /** Sends a request without a body; `text` is its head, to the empty line. */
  send(method: string, text: string, receiver: RequestReceiver): void {
    this.#receiver = receiver
    this.#parser = new AnswerParser(receiver, method)
    this.#text = text
    if (!this.#socket.connecting) this.#begin()
  }

  /** The receiver hears of it when so much time has passed, unless another limit is set before. */
  limit(ms: number): void {
    this.#isLimited = true
    if (this.#timer !== undefined && this.#timerMs === ms) return void this.#timer.refresh()
    clearTimeout(this.#timer)
    this.#timerMs = ms
    this.#timer = setTimeout(() => {
      if (!this.#isLimited) return
      this.#isLimited = false
      this.#receiver?.onTimeout()
    }, ms).unref()
  }

  unlimit(): void {
    this.#isLimited = false
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Closes it; the receiver hears no more. */
  destroy(): void {
    this.#receiver = undefined
    clearTimeout(this.#timer)
    this.#socket.destroy()
  }

  #begin(): void {
    if (this.#receiver === undefined) return
    this.#receiver.onConnect()
    this.#socket.write(this.#text, 'latin1')
    this.#text = ''
  }

  /** `chunk` is only good until this returns. False stops reading. */
  read(chunk: Buffer): boolean {
    const parser = this.#parser
    if (parser === undefined) {
      // A backend that speaks unasked.
      this.destroy()
      return false
    }
    try {
      parser.push(chunk)
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
      return false
    }
    if (parser.hasEnded) this.#release(parser.keepsAlive)
    return !this.#socket.destroyed && !this.#socket.isPaused()
  }

  #release(keepsAlive: boolean): void {
    this.#receiver = undefined
    this.#parser = undefined
    if (!keepsAlive || this.#socket.destroyed) return this.destroy()
    this.#isUsed = true
    this.idleSince = performance.now()
    // It may have been paused for a client that read more slowly.
    if (this.#socket.isPaused()) this.#socket.resume()
    this.#onIdle()
  }

  #fail(error: Error): void {
    const receiver = this.#receiver
    const isEnd = this.#parser?.close() === true
    this.destroy()
    if (!isEnd) receiver?.onError(error)
  }
}
