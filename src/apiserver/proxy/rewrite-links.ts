/** Links in what a proxied server answers, so that they lead back through the proxy. Pure.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/proxy/transport.go. */

export interface ProxiedPlace {
  /** What stands before the server's own paths: `/api/v1/namespaces/a/pods/web/proxy`. */
  prefix: string
  /** Hosts that mean the server itself: where it is, and what the client called us. */
  hosts: readonly (string | undefined)[]
}

/** Which attributes of which elements are URLs. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
}
/** What is in these is text, whatever it looks like. */
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'noembed', 'noframes'])

const TAG = /<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/iy
const ATTRIBUTE = /([^\s"'>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g

/** Paths of the server get the prefix; relative links and those to elsewhere stay as they are. */
export function rewriteLink(link: string, { prefix, hosts }: ProxiedPlace): string {
  const [, host, path = link] = /^(?:https?:)?\/\/([^/?#]*)([^]*)$/i.exec(link) ?? []
  if (host !== undefined && !hosts.includes(host)) return link
  if (!path.startsWith('/') || path === prefix || path.startsWith(`${prefix}/`)) return path === '' ? link : path
  return `${prefix}${path}`
}

/** An HTML page with the links of its elements rewritten; every other byte stays. */
export function rewritePage(page: string, place: ProxiedPlace): string {
  const parts: string[] = []
  let at = 0
  for (let open = page.indexOf('<'); open !== -1; open = page.indexOf('<', at)) {
    parts.push(page.slice(at, open))
    if (page.startsWith('<!--', open)) {
      const end = page.indexOf('-->', open)
      at = end === -1 ? page.length : end + 3
      parts.push(page.slice(open, at))
      continue
    }
    TAG.lastIndex = open
    const [tag = '<', name = '', attributes = ''] = TAG.exec(page) ?? []
    const element = name.toLowerCase()
    at = open + tag.length
    parts.push(element in LINKS ? `<${name}${rewriteAttributes(element, attributes, place)}>` : tag)
    if (!RAW_TEXT.has(element)) continue
    const rest = page.slice(at).search(new RegExp(`</${element}`, 'i'))
    const end = rest === -1 ? page.length : at + rest
    parts.push(page.slice(at, end))
    at = end
  }
  parts.push(page.slice(at))
  return parts.join('')
}

function rewriteAttributes(element: string, attributes: string, place: ProxiedPlace): string {
  return attributes.replace(ATTRIBUTE, (whole, name: string, equals: string, value: string) => {
    if (!LINKS[element]?.includes(name.toLowerCase())) return whole
    const quote = /^["']/.exec(value)?.[0] ?? ''
    const link = quote === '' ? value : value.slice(1, -1)
    return `${name}${equals}${quote}${rewriteLink(link, place)}${quote}`
  })
}
