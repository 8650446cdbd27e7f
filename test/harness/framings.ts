/** Requests of HTTP/1.1 that two readers might take for different ones: what one takes for the end of a request is for
 *  the other the middle of it (request smuggling). Each is followed by a request of its own. Sources: RFC 9112, section 11.2;
 *  "HTTP Desync Attacks", PortSwigger. */

const BODY = '{"metadata":{"name":"framing"}}'
const HEX = BODY.length.toString(16)
const TARGET = '/api/v1/namespaces/default/configmaps?dryRun=All'
/** Must never be answered where it is inside of another request. */
const INNER = 'DELETE /api/v1/namespaces/default/configmaps/inner HTTP/1.1\r\nHost: a\r\n\r\n'
const LAST = 'GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

const post = (headers: readonly string[], body: string, line = `POST ${TARGET} HTTP/1.1`): string =>
  `${[line, 'Host: a', 'Content-Type: application/json', ...headers, '', ''].join('\r\n')}${body}`
const length = `Content-Length: ${BODY.length}`
const chunked = 'Transfer-Encoding: chunked'
const inChunks = (size = HEX, rest = '0\r\n\r\n') => `${size}\r\n${BODY}\r\n${rest}`
const get = (...headers: string[]): string => ['GET /version HTTP/1.1', ...headers, '', ''].join('\r\n')

/** By name: the bytes, and what is answered: `201 200` is a request that was taken as it is, and the one behind it. */
export const FRAMINGS: Readonly<Record<string, readonly [bytes: string, answers: string]>> = Object.fromEntries(
  (
    [
      ['a length', post([length], BODY), '201 200'],
      ['chunks', post([chunked], inChunks()), '201 200'],
      ['a length and chunks', post([length, chunked], inChunks()), '400'],
      ['chunks and a length', post([chunked, length], inChunks()), '400'],
      [
        'a length that hides a request from who reads chunks',
        post([`Content-Length: ${INNER.length + 5}`, chunked], `0\r\n\r\n${INNER}`),
        '400',
      ],
      [
        'chunks that hide a request from who reads the length',
        post(['Content-Length: 4', chunked], `${(INNER.length).toString(16)}\r\n${INNER}\r\n0\r\n\r\n`),
        '400',
      ],
      ['the length twice', post([length, length], BODY), '400'],
      ['two lengths', post([length, 'Content-Length: 5'], BODY), '400'],
      ['a list of lengths', post([`${length}, ${BODY.length}`], BODY), '400'],
      ['a length with a sign', post([`Content-Length: +${BODY.length}`], BODY), '400'],
      ['a negative length', post(['Content-Length: -1'], BODY), '400'],
      ['a length in hexadecimal', post([`Content-Length: 0x${HEX}`], BODY), '400'],
      ['a length with a space in it', post([`Content-Length: 3 1`], BODY), '400'],
      ['an empty length', post(['Content-Length: '], BODY), '400'],
      ['a length beyond 64 bits', post(['Content-Length: 99999999999999999999'], BODY), '400'],
      ['a length with zeros before it', post([`Content-Length: 00${BODY.length}`], BODY), '201 200'],
      ['a length with an underscore', post([`Content_Length: ${BODY.length}`], ''), '400 200'],
      ['chunks in capitals', post(['Transfer-Encoding: CHUNKED'], inChunks()), '201 200'],
      ['an encoding nobody knows', post(['Transfer-Encoding: xchunked'], inChunks()), '400'],
      ['chunks, but not last', post(['Transfer-Encoding: chunked, identity'], inChunks()), '400'],
      ['chunks within another encoding', post(['Transfer-Encoding: gzip, chunked'], inChunks()), '400'],
      ['chunks twice', post([chunked, chunked], inChunks()), '400'],
      ['chunks and no encoding', post([chunked, 'Transfer-Encoding: identity'], inChunks()), '400'],
      ['no encoding', post([length, 'Transfer-Encoding: identity'], BODY), '400'],
      ['a vertical tab before chunks', post(['Transfer-Encoding: \x0bchunked'], inChunks()), '400'],
      ['a space before the colon', post(['Transfer-Encoding : chunked'], inChunks()), '400'],
      ['an encoding on a line of its own', post(['Transfer-Encoding:\r\n chunked'], inChunks()), '400'],
      ['chunks to HTTP/1.0', post([chunked], inChunks(), `POST ${TARGET} HTTP/1.0`), '400'],
      ['a header that goes on', get('Host: a', 'X: b', ' c'), '400'],
      ['a first header that goes on', `GET /version HTTP/1.1\r\n Host: a\r\n\r\n`, '400'],
      ['a header without a colon', get('Host: a', 'X'), '400'],
      ['a header without a name', get('Host: a', ': b'), '400'],
      ['a NUL in a header', get('Host: a', 'X: a\0b'), '400'],
      ['a bare CR in a header', get('Host: a', 'X: a\rY: b'), '400'],
      ['bare LFs', 'GET /version HTTP/1.1\nHost: a\n\n', '400'],
      ['a bare LF between headers', 'GET /version HTTP/1.1\r\nHost: a\nX: b\r\n\r\n', '400'],
      ['a bare LF that ends the headers', 'GET /version HTTP/1.1\r\nHost: a\r\n\n', '400'],
      ['a bare CR that ends the headers', 'GET /version HTTP/1.1\r\nHost: a\r\n\r', '400'],
      ['a bare CR in the request line', 'GET /version\r HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
      ['two spaces in the request line', 'GET  /version HTTP/1.1\r\nHost: a\r\n\r\n', '200 200'],
      ['a tab in the request line', 'GET\t/version HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
      ['a space before the method', ' GET /version HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
      ['an empty line before the request', `\r\n${get('Host: a')}`, '200 200'],
      ['a chunk with an extension', post([chunked], inChunks(`${HEX};a=b;c="d"`)), '201 200'],
      ['a bare LF in an extension', post([chunked], inChunks(`${HEX};a\nb`)), '400'],
      ['a bare LF after the size', post([chunked], `${HEX}\n${BODY}\r\n0\r\n\r\n`), '400'],
      ['a bare LF after a chunk', post([chunked], `${HEX}\r\n${BODY}\n0\r\n\r\n`), '400'],
      ['nothing after a chunk', post([chunked], `${HEX}\r\n${BODY}0\r\n\r\n`), '400'],
      ['a size with a prefix', post([chunked], inChunks(`0x${HEX}`)), '400'],
      ['a size with a sign', post([chunked], inChunks(`+${HEX}`)), '400'],
      ['a negative size', post([chunked], inChunks('-1')), '400'],
      ['a size with a space before it', post([chunked], inChunks(` ${HEX}`)), '400'],
      ['a size beyond 64 bits', post([chunked], inChunks(`1000000000000000${HEX}`)), '400'],
      ['no size', post([chunked], `\r\n${BODY}\r\n0\r\n\r\n`), '400'],
      ['a trailer', post([chunked], inChunks(HEX, '0\r\nX: y\r\n\r\n')), '201 200'],
      ['a trailer that is a length', post([chunked], inChunks(HEX, '0\r\nContent-Length: 5\r\n\r\n')), '400'],
      ['a trailer that is no header', post([chunked], inChunks(HEX, '0\r\nX\r\n\r\n')), '400'],
      ['no host', get(), '400'],
      // Whom a request is for is nothing to this server: it has one name for all it serves.
      ['two hosts', get('Host: a', 'Host: b'), '200 200'],
      ['a host that is none', get('Host: a b'), '200 200'],
      ['an absolute target', 'GET http://b/version HTTP/1.1\r\nHost: a\r\n\r\n', '200 200'],
      ['a target of its own', 'GET version HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
      ['a version that is none', 'GET /version HTTP/1.2\r\nHost: a\r\n\r\n', '400'],
      ['version 2', 'GET /version HTTP/2.0\r\nHost: a\r\n\r\n', '400'],
      ['version 0.9', 'GET /version\r\n\r\n', '400'],
      ['a GET with a body', `${get('Host: a', `Content-Length: ${INNER.length}`)}${INNER}`, '200 200'],
      ['a GET in chunks', `${get('Host: a', chunked)}${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`, '200 200'],
      ['a POST whose body is a request and whose length is not said', post([], INNER), '400 404 200'],
      ['an expectation', post([length, 'Expect: 100-continue'], BODY), '100 201 200'],
      ['an expectation nobody meets', post([length, 'Expect: x'], BODY), '417 200'],
    ] as const
  ).map(([name, bytes, answers]) => [name, [`${bytes}${LAST}`, answers]]),
)
