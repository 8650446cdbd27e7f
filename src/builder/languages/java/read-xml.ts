/** XML as Maven's files use it: elements and their text, read by saxes. Attributes, namespaces and what a document type
 *  declares do not count. */
import { SaxesParser } from 'saxes'

export interface XmlElement {
  name: string
  /** Of the element alone, without that of its children; trimmed. */
  text: string
  children: readonly XmlElement[]
}

interface Open extends XmlElement {
  children: Open[]
}

/** The root element; undefined when the text is not well-formed. */
export function readXml(text: string): XmlElement | undefined {
  const document: Open = { name: '', text: '', children: [] }
  const open: Open[] = [document]
  const addText = (more: string) => {
    const current = open.at(-1)
    if (current !== undefined) current.text += more
  }
  const parser = new SaxesParser()
  parser.on('opentag', ({ name }) => {
    const element: Open = { name, text: '', children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (closed !== undefined) closed.text = closed.text.trim()
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  try {
    parser.write(text).close()
  } catch {
    return undefined
  }
  return document.children[0]
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
