/** Bytes that are nearly HTTP/1.1: requests one after the other, whole, broken, and of two lengths at once. */
import * as fc from 'fast-check'

const line = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(''))
const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', ' ', '\t', '\0', '\r', '\n', '\u00ff'),
)
const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd })

const method = rarely(
  fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  fc.oneof(junk, fc.constantFrom('get', 'CONNECT', 'TRACE', 'PRI', 'GE T', 'X'.repeat(9000))),
)
const target = rarely(
  fc.constantFrom(
    '/livez',
    '/api',
    '/api/v1/namespaces/default/configmaps',
    '/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1',
    '/api/v1/namespaces/default/pods/a/exec?command=a',
    '/version',
  ),
  fc.oneof(junk, fc.constantFrom('*', 'http://x/api', '//', '/%', '/%00', 'api', '/'.repeat(20_000), '/?a=\u0000')),
)
const version = rarely(
  fc.constant('HTTP/1.1'),
  fc.oneof(junk, fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9', 'http/1.1')),
)
const end = rarely(fc.constant('\r\n'), fc.constantFrom('\n', '\r', '\n\r', '\r\r\n', ''))
const length = fc.constantFrom(
  '0',
  '2',
  '5',
  '-1',
  '+2',
  '2,2',
  '2, 3',
  '0x2',
  '99999999999999999999',
  '4000000',
  ' 2',
  '2 ',
  '1e1',
  '',
)
const coding = fc.constantFrom(
  'chunked',
  'Chunked',
  'gzip, chunked',
  'chunked, gzip',
  'chunked, chunked',
  'identity',
  'x',
  ' chunked',
  'chunked\t',
  '\u000bchunked',
)
const named = (name: string, value: fc.Arbitrary<string>) => value.map((it) => `${name}: ${it}`)
const header = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('Host: a', 'Host: a', 'Connection: close', 'Connection: keep-alive', 'Accept: */*'),
  },
  { weight: 2, arbitrary: named('Content-Length', length) },
  { weight: 2, arbitrary: named('Transfer-Encoding', coding) },
  {
    weight: 1,
    arbitrary: named(
      'Content-Type',
      fc.constantFrom('application/json', 'application/vnd.kubernetes.protobuf', '', '\u00ff;='),
    ),
  },
  { weight: 1, arbitrary: named('Content-Encoding', fc.constantFrom('gzip', 'identity', 'x')) },
  { weight: 1, arbitrary: named('Expect', fc.constantFrom('100-continue', 'x')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Connection: Upgrade\r\nUpgrade: websocket',
      'Connection: Upgrade\r\nUpgrade: SPDY/3.1',
      'Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Sec-WebSocket-Protocol: v5.channel.k8s.io',
      'Sec-WebSocket-Key: x',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Version: 1',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'Authorization: Bearer x',
      'Authorization: Basic YTpi',
      'Impersonate-User: a',
      'Accept-Encoding: gzip',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ': a',
      'a',
      ' folded',
      'a b: c',
      'Content-Length : 2',
      'Transfer_Encoding: chunked',
      `X: ${'y'.repeat(30_000)}`,
      `${'x'.repeat(3000)}: y`,
      `${'a: b\r\n'.repeat(3000)}c: d`,
    ),
  },
  { weight: 1, arbitrary: line(junk, fc.constant(': '), junk) },
)
function junkValue() {
  return fc.string({ unit: 'binary', maxLength: 30 })
}
const size = fc.constantFrom(
  '2',
  '5',
  '0',
  'ffffffffffffffffff',
  '-1',
  'x',
  '2;a=b',
  `2;${'a'.repeat(20_000)}`,
  ' 2',
  '0x2',
  '',
)
const chunk = line(size, end, fc.constantFrom('{}', 'hello', '', '{"a":1}'), end)
const body = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    'hello',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
    'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  ),
  fc.array(chunk, { maxLength: 4 }).map((chunks) => `${chunks.join('')}0\r\n\r\n`),
  fc.array(chunk, { maxLength: 4 }).map((chunks) => `${chunks.join('')}0\r\nTrailer: a\r\n\r\n`),
  fc.array(chunk, { maxLength: 4 }).map((chunks) => chunks.join('')),
  fc.constantFrom(1000, 100_000, 3_300_000).map((bytes) => 'x'.repeat(bytes)),
)
const request = line(
  method,
  rarely(fc.constant(' '), junk),
  target,
  rarely(fc.constant(' '), junk),
  version,
  end,
  fc.array(header, { maxLength: 6 }).map((headers) => headers.map((it) => `${it}\r\n`).join('')),
  end,
  body,
)
const conversation = fc.oneof(
  { weight: 10, arbitrary: fc.array(request, { minLength: 1, maxLength: 3 }).map((requests) => requests.join('')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2000),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\u0016\u0003\u0001',
      '\r\n'.repeat(10_000),
    ),
  },
  { weight: 1, arbitrary: junkValue() },
)

/** Cut anywhere, as networks do. */
export const http1Bytes: fc.Arbitrary<readonly Uint8Array[]> = fc
  .tuple(conversation, fc.array(fc.nat(300), { maxLength: 4 }))
  .map(([text, cuts]) => {
    const bytes = Buffer.from(text, 'latin1')
    const places = [0, ...cuts.toSorted((a, b) => a - b).filter((cut) => cut < bytes.length), bytes.length]
    return places.slice(1).map((to, index) => bytes.subarray(places[index], to))
  })
