/** The head of a request without a body, as it goes over the wire. */

// eslint-disable-next-line no-control-regex
const NOT_IN_A_PATH = /[^\x21-\xff]/
// eslint-disable-next-line no-control-regex
const NOT_IN_A_HEADER = /[^\t\x20-\x7e\x80-\xff]/

/** `headers`: name, value, name, value …. Undefined for what must not be sent: a route's filter may have put anything
 *  into it. */
export function requestText(method: string, path: string, headers: readonly string[]): string | undefined {
  if (NOT_IN_A_PATH.test(path)) return undefined
  let text = `${method} ${path} HTTP/1.1\r\n`
  for (let i = 0; i < headers.length; i += 2) {
    const line = `${headers[i]}: ${headers[i + 1]}`
    if (NOT_IN_A_HEADER.test(line)) return undefined
    text += `${line}\r\n`
  }
  return `${text}Connection: keep-alive\r\n\r\n`
}
