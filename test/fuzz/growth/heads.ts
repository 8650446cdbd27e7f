/** Heads of messages that the gateway passes on. */
import type { IncomingMessage } from 'node:http'
import { AnswerParser } from '../../../src/gateway/proxy/backend/answer-parser.ts'
import { responseHeaders } from '../../../src/gateway/proxy/headers.ts'
import { type NamedGrowth, reading } from './named-growth.ts'

/** A backend's answer of these fields, on its way to the client. */
const answering = (what: string, fields: (size: number) => string): NamedGrowth =>
  reading(
    `answers with ${what}`,
    (size) => `HTTP/1.1 200 OK\r\n${fields(size)}\r\n\r\n`,
    (it) => new AnswerParser({ onHead: passOn, onBody: ignore, onEnd: ignore }, 'HEAD').push(Buffer.from(it, 'latin1')),
  )

const ignore = () => {}
const passOn = (head: Pick<IncomingMessage, 'rawHeaders' | 'headers'>) => void responseHeaders(head, [])

export const headGrowths: readonly NamedGrowth[] = [
  answering('many fields', (size) => `a: b${'\r\na: b'.repeat(size)}`),
  answering('many fields and no field at last', (size) => `${'a: b\r\n'.repeat(size)}\0`),
  answering('a long name', (size) => 'a'.repeat(size)),
  answering('a long value', (size) => `a: ${'b'.repeat(size)}\0`),
  answering('blanks', (size) => `a: ${' '.repeat(size)}b`),
  answering('many colons', (size) => ':'.repeat(size)),
  ...[' ', ',', 'close ', ' close', 'a,', ', '].map((part) =>
    answering(`"${part}" as options`, (size) => `Connection: x${part.repeat(size)}x${'\r\nb:'.repeat(size)}`),
  ),
  ...[' ', 'close '].map((part) =>
    answering(`"${part}" as options alone`, (size) => `Connection: x${part.repeat(size)}x`),
  ),
]
