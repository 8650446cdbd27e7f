import { array, assert, nat, property } from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type AnswerHead, AnswerParser, MalformedAnswer } from './answer-parser.ts'

interface Read {
  head: AnswerHead | undefined
  body: string
  trailers: string[] | undefined
  keepsAlive: boolean
}

/** What is read of `text`, cut into pieces at `cuts`, and then, if `closes`, of the connection's end. */
function read(text: string, { method = 'GET', cuts = [] as number[], closes = false } = {}): Read {
  const seen: Read = { head: undefined, body: '', trailers: undefined, keepsAlive: false }
  const receiver = {
    onHead: (head: AnswerHead) => void (seen.head = head),
    onBody: (chunk: Buffer) => void (seen.body += chunk.toString('latin1')),
    onEnd: (trailers: string[]) => void (seen.trailers = trailers),
  }
  const parser = new AnswerParser(receiver, method)
  const bytes = Buffer.from(text, 'latin1')
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].toSorted((a, b) => a - b)
  let from = 0
  for (const to of ends) {
    if (to > from) parser.push(bytes.subarray(from, to))
    from = to
  }
  if (closes) parser.close()
  seen.keepsAlive = parser.keepsAlive
  return seen
}

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`

describe('an answer', () => {
  it('has a head, with headers as they came', () => {
    const { head, trailers, keepsAlive } = read(`${OK}X-A:  one \r\nx-b:\r\nX-A: two\r\nContent-Length: 0\r\n\r\n`)
    expect(head).toMatchObject({ status: 200, message: 'OK' })
    expect(head?.rawHeaders).toEqual(['X-A', 'one', 'x-b', '', 'X-A', 'two', 'Content-Length', '0'])
    expect([trailers, keepsAlive]).toEqual([[], true])
  })
  it.each([
    ['by its length', `${OK}Content-Length: 5\r\n\r\nhello`, {}, 'hello', true],
    ['in chunks', `${CHUNKED}3\r\nhel\r\n2;x="y"\r\nlo\r\n0\r\n\r\n`, {}, 'hello', true],
    ['until the connection closes', `${OK}\r\nhello`, { closes: true }, 'hello', false],
    ['not at all to HEAD', `${OK}Content-Length: 5\r\n\r\n`, { method: 'HEAD' }, '', true],
    ['not at all with 204', 'HTTP/1.1 204\r\n\r\n', {}, '', true],
    ['not at all with 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', {}, '', true],
    ['on a connection that ends', `${OK}Connection: x, Close\r\nContent-Length: 2\r\n\r\nok`, {}, 'ok', false],
    [
      'on one that ends, as one of two headers says',
      `${OK}Connection: close\t,x\r\nConnection: y\r\nContent-Length: 2\r\n\r\nok`,
      {},
      'ok',
      false,
    ],
    ['on one that nobody closes', `${OK}Connection: closed, x-close\r\nContent-Length: 2\r\n\r\nok`, {}, 'ok', true],
    ['in HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', {}, 'ok', false],
    [
      'in HTTP/1.0 that goes on',
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
      {},
      'ok',
      true,
    ],
    [
      'after early hints',
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
      {},
      'ok',
      true,
    ],
  ])('has a body %s', (_how, text, options, body, keepsAlive) => {
    expect(read(text, options)).toMatchObject({ body, keepsAlive, trailers: [] })
  })
  it('has trailers', () => {
    expect(read(`${CHUNKED}1\r\na\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n`).trailers).toEqual([
      'X-Sum',
      '1',
      'X-More',
      '2',
    ])
  })
  it('is not whole before its end', () => {
    expect(read(`${OK}Content-Length: 5\r\n\r\nhell`, { closes: true }).trailers).toBeUndefined()
    expect(read(`${CHUNKED}3\r\nhel\r\n0\r\n`, { closes: true }).trailers).toBeUndefined()
  })
})

test('an answer is the same however its bytes are cut', () => {
  const texts = [
    `${OK}X-A: one\r\nContent-Length: 11\r\n\r\nhello world`,
    `HTTP/1.1 100 Continue\r\n\r\n${CHUNKED}5\r\nhello\r\n6;e\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n`,
    `${CHUNKED}b\r\nhello world\r\n0\r\n\r\n`,
  ]
  assert(
    property(nat(texts.length - 1), array(nat(200), { maxLength: 12 }), (at, cuts) => {
      const text = texts[at] ?? ''
      expect(read(text, { cuts })).toEqual(read(text))
      expect(read(text, { cuts }).body).toBe('hello world')
    }),
  )
})

test.each([
  ['no status line', 'HTTP/2 200 OK\r\n\r\n'],
  ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
  ['a carriage return within', `${OK}X-A: a\rb\r\n\r\n`],
  ['a folded header', `${OK}X-A: a\r\n b\r\n\r\n`],
  ['a space before the colon', `${OK}Content-Length : 0\r\n\r\n`],
  ['a header without a name', `${OK}: x\r\n\r\n`],
  ['a header without a colon', `${OK}X-A: a\r\nb\r\n\r\n`],
  ['a line feed within', `${OK}X-A: a\nb: c\r\n\r\n`],
  ['a zero within', `${OK}X-A: a\0b\r\n\r\n`],
  ['a trailer that is none', `${CHUNKED}0\r\nX-A: a\rb\r\n\r\n`],
  ['two lengths', `${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nok`],
  ['lengths in a list', `${OK}Content-Length: 2, 2\r\n\r\nok`],
  ['a length with a sign', `${OK}Content-Length: +2\r\n\r\nok`],
  ['a length and chunks', `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['another coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ['chunked twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['a chunk without a size', `${CHUNKED}\r\n`],
  ['a chunk of a strange size', `${CHUNKED}0x5\r\nhello\r\n`],
  ['a chunk that is longer than it says', `${CHUNKED}2\r\nhello\r\n`],
  ['a chunk line with a bare line feed', `${CHUNKED}2\nok\r\n`],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
  ['a second answer', `${OK}Content-Length: 0\r\n\r\n${OK}`],
  ['a head without end', `${OK}X: ${'x'.repeat(70_000)}`],
  ['a chunk line without end', `${CHUNKED}1;${'x'.repeat(5_000)}`],
])('%s is refused', (_what, text) => {
  expect(() => read(text)).toThrow(MalformedAnswer)
})
