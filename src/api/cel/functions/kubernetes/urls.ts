/** url(), isURL() and what URLs can be asked. Source: k8s.io/apiserver v0.34, pkg/cel/library/urls.go. */
import { func, type Implementation, method, type Overload } from '../../check/overload.ts'
import { BOOL, listOf, mapOf, objectType, STRING } from '../../check/types.ts'
import { ArrayList, KeyedMap } from '../../values/collections.ts'
import { EvalError, noSuchOverload, OpaqueValue, type Result, type Value } from '../../values/value.ts'
import { goQuote } from '../../../formats/index.ts'
import { BadUrl, hostnameOf, parseQuery, parseUrl, portOf, type Url } from './parse-url.ts'

export const URL = objectType('kubernetes.URL')

class UrlValue extends OpaqueValue {
  readonly type = URL
  readonly url: Url
  constructor(url: Url) {
    super()
    this.url = url
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof UrlValue && JSON.stringify(other.url) === JSON.stringify(this.url)
  }
}

/** Undefined when it is one. */
export function urlProblem(text: string): string | undefined {
  try {
    parseUrl(text)
    return undefined
  } catch (error) {
    if (error instanceof BadUrl) return `parse ${goQuote(text)}: ${error.message}`
    throw error
  }
}

function parse(text: Value | undefined): Result {
  if (typeof text !== 'string') return noSuchOverload()
  const problem = urlProblem(text)
  if (problem !== undefined) return new EvalError(`URL parse error during conversion from string: ${problem}`)
  return new UrlValue(parseUrl(text))
}

const onUrl =
  (compute: (url: Url) => Result): Implementation =>
  ([url]) =>
    url instanceof UrlValue ? compute(url.url) : noSuchOverload()

function queryOf({ rawQuery }: Url): Result {
  const map = new KeyedMap()
  for (const [key, values] of parseQuery(rawQuery)) map.set(key, new ArrayList(values))
  return map
}

const U = [URL]

export const urlFunctions: Record<string, readonly Overload[]> = {
  url: [func(['string_to_url', [STRING], URL], ([text]) => parse(text))],
  isURL: [func(['is_url_string', [STRING], BOOL], ([text]) => parse(text) instanceof UrlValue)],
  getScheme: [
    method(
      ['url_get_scheme', U, STRING],
      onUrl(({ scheme }) => scheme),
    ),
  ],
  getHost: [
    method(
      ['url_get_host', U, STRING],
      onUrl(({ host }) => host),
    ),
  ],
  getHostname: [
    method(
      ['url_get_hostname', U, STRING],
      onUrl(({ host }) => hostnameOf(host)),
    ),
  ],
  getPort: [
    method(
      ['url_get_port', U, STRING],
      onUrl(({ host }) => portOf(host)),
    ),
  ],
  getEscapedPath: [
    method(
      ['url_get_escaped_path', U, STRING],
      onUrl(({ escapedPath }) => escapedPath),
    ),
  ],
  getQuery: [method(['url_get_query', U, mapOf(STRING, listOf(STRING))], onUrl(queryOf))],
}
