/** Puts Naru's context into the text of a kubeconfig, and takes it out again, leaving all else as it was: comments,
 *  order, unknown fields, and (where the YAML library's style matches the file's) every byte. Pure.
 *  Source of the format: client-go clientcmd/api/v1 Config. */
import { Document, isMap, isSeq, parseDocument, type ToStringOptions, YAMLSeq } from 'yaml'
import { CONTEXT } from './context-name.ts'

/** The first line of a kubeconfig that Naru itself made: the file may go when nothing else is in it any more. */
const MARK = ' Made by naru up; naru down --purge removes it when nothing else is in it.'

export interface NaruEntries {
  cluster: { server: string; 'certificate-authority-data': string }
  user: { 'client-certificate-data': string; 'client-key-data': string }
  context: { cluster: string; user: string; namespace: string }
}

/** Thrown for a file that is not a YAML mapping: it must not be overwritten. */
export class NotAKubeconfig extends Error {
  override name = 'NotAKubeconfig'
}

const LISTS = [
  ['clusters', 'cluster'],
  ['contexts', 'context'],
  ['users', 'user'],
] as const

/** The text with Naru's entries in place of former ones of that name. `becomeCurrent`: take the place of current
 *  context if the file has none. */
export function mergeContext(
  text: string | undefined,
  entries: NaruEntries,
  options: { becomeCurrent: boolean },
): string {
  const document = text === undefined || text.trim() === '' ? emptyKubeconfig() : parse(text)
  for (const [list, field] of LISTS) {
    const items = sequence(document, list)
    const item = document.createNode({ name: CONTEXT, [field]: entries[field] })
    const at = indexOfNaru(items)
    if (at === -1) items.add(item)
    else items.set(at, item)
  }
  if (options.becomeCurrent && !document.get('current-context')) document.set('current-context', CONTEXT)
  return print(document, text)
}

/** The text without Naru's entries; undefined when Naru made the file and nothing else is in it. With `onlyAuthority`,
 *  entries of another Naru (whose certificate authority differs) stay. */
export function unmergeContext(text: string, onlyAuthority?: string): string | undefined {
  const document = parse(text)
  const present = authorityOf(document)
  if (onlyAuthority !== undefined && present !== undefined && present !== onlyAuthority) return text
  let changed = false
  for (const [list] of LISTS) {
    const items = document.get(list)
    if (!isSeq(items)) continue
    const at = indexOfNaru(items)
    if (at === -1) continue
    items.delete(at)
    if (items.items.length === 0) items.flow = true
    changed = true
  }
  if (document.get('current-context') === CONTEXT) {
    document.set('current-context', '')
    changed = true
  }
  if (document.commentBefore === MARK && isBare(document)) return undefined
  return changed ? print(document, text) : text
}

/** The context that commands use when none is named; undefined when the text names none or is no kubeconfig. */
export function currentContext(text: string): string | undefined {
  try {
    const value = parse(text).get('current-context')
    return typeof value === 'string' && value !== '' ? value : undefined
  } catch {
    return undefined
  }
}

function parse(text: string): Document {
  const document: Document = parseDocument(text, { keepSourceTokens: false })
  if (document.errors.length > 0) throw new NotAKubeconfig(document.errors[0]?.message ?? 'not YAML')
  if (document.contents === null) return emptyKubeconfig()
  if (!isMap(document.contents)) throw new NotAKubeconfig('the file does not hold a mapping')
  return document
}

function emptyKubeconfig(): Document {
  const document = new Document({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [],
    contexts: [],
    users: [],
    'current-context': '',
  })
  document.commentBefore = MARK
  return document
}

function sequence(document: Document, list: string): YAMLSeq {
  const present = document.get(list)
  if (isSeq(present)) {
    if (present.items.length === 0) present.flow = false
    return present
  }
  const made = new YAMLSeq()
  document.set(list, made)
  return made
}

const indexOfNaru = (items: YAMLSeq) => items.items.findIndex((item) => isMap(item) && item.get('name') === CONTEXT)

function authorityOf(document: Document): string | undefined {
  const clusters = document.get('clusters')
  const found = isSeq(clusters) ? clusters.items[indexOfNaru(clusters)] : undefined
  const data = isMap(found) ? found.getIn(['cluster', 'certificate-authority-data']) : undefined
  return typeof data === 'string' ? data : undefined
}

function isBare(document: Document): boolean {
  const content = (document.toJS() ?? {}) as Record<string, unknown>
  const known = new Set(['apiVersion', 'kind', 'current-context', 'clusters', 'contexts', 'users', 'preferences'])
  return Object.entries(content).every(
    ([key, value]) =>
      known.has(key) && (key === 'apiVersion' || key === 'kind' || !value || Object.keys(value).length === 0),
  )
}

/** kubectl writes lists without indentation, others with: the style under which `original` prints as itself, so that
 *  what was not touched stays as it is. */
function print(document: Document, original: string | undefined): string {
  const base: ToStringOptions = { lineWidth: 0, flowCollectionPadding: false }
  const styles: ToStringOptions[] = [
    { ...base, indentSeq: false },
    { ...base, indentSeq: true },
    { ...base, indentSeq: true, flowCollectionPadding: true },
    { ...base, indentSeq: false, indent: 4 },
    { ...base, indentSeq: true, indent: 4 },
  ]
  const own =
    original === undefined ? undefined : styles.find((style) => parseDocument(original).toString(style) === original)
  return document.toString(own ?? styles[0])
}
