/** As much of XML as Maven's files need: elements and their text. Namespaces, attributes and declarations do not count,
 *  and no entity but the five of the language itself is known. Source: XML 1.0 (Fifth Edition). */

export interface XmlElement {
  name: string
  /** Of the element alone, without that of its children; trimmed. */
  text: string
  children: readonly XmlElement[]
}

interface Open extends XmlElement {
  children: Open[]
}

const TOKEN =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<!DOCTYPE[^>[]*(?:\[[^\]]*\]\s*)?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)(?:\s+[^\s<>=/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(\/?)>|([^<]+)/y

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The root element; undefined when the text is not well-formed. */
export function readXml(text: string): XmlElement | undefined {
  const document: Open = { name: '', text: '', children: [] }
  const open: Open[] = [document]
  const token = new RegExp(TOKEN)
  token.lastIndex = text.startsWith('\uFEFF') ? 1 : 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    const current = open.at(-1)
    if (match === null || current === undefined) return undefined
    const [, literal, closed, opened, isEmpty, plain] = match
    if (literal !== undefined) current.text += literal
    else if (plain !== undefined) current.text += decode(plain)
    else if (closed !== undefined) {
      if (current.name !== closed || open.length === 1) return undefined
      current.text = current.text.trim()
      open.pop()
    } else if (opened !== undefined) {
      const element: Open = { name: opened, text: '', children: [] }
      current.children.push(element)
      if (isEmpty === '') open.push(element)
    }
  }
  const [root, ...others] = document.children
  return open.length === 1 && others.length === 0 && document.text.trim() === '' ? root : undefined
}

/** The elements at the end of a path of names: of `profiles`, `profile` all profiles. */
export function elementsAt(from: XmlElement | undefined, ...path: readonly string[]): readonly XmlElement[] {
  let found: readonly XmlElement[] = from === undefined ? [] : [from]
  for (const name of path) found = found.flatMap(({ children }) => children.filter((child) => child.name === name))
  return found
}

/** The text of the first element at the end of a path; undefined for none, and for an empty one. */
export function textAt(from: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = elementsAt(from, ...path)[0]?.text
  return text === '' ? undefined : text
}

const MARKUP: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }

/** Text as it stands in an element. */
export function encodeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => MARKUP[character] ?? character)
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,10}));/gi, (whole, decimal, hex, name: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole
  })
}
