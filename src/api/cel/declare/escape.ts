/** Names of properties as expressions write them: `a-b` is `a__dash__b`. Source: k8s.io/apiserver v0.34,
 *  pkg/cel/escaping.go. */

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
)
const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
}
const UNESCAPES: ReadonlyMap<string, string> = new Map([
  ['underscores', '__'],
  ['dot', '.'],
  ['dash', '-'],
  ['slash', '/'],
])

/** Undefined for a name that expressions cannot write. */
export function escapeName(name: string): string | undefined {
  if (KEYWORDS.has(name)) return `__${name}__`
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined
  return name.replace(/__|[-./]/g, (part) => ESCAPES[part] ?? part)
}

/** Undefined for what is no escaped name. */
export function unescapeName(escaped: string): string | undefined {
  if (!escaped.includes('__')) return escaped
  let fine = true
  const name = escaped.replace(/__([^_]+)__/g, (whole, word: string) => {
    const plain = UNESCAPES.get(word)
    if (plain !== undefined) return plain
    if (!KEYWORDS.has(word) || whole.length !== escaped.length) fine = false
    return word
  })
  return fine ? name : undefined
}
