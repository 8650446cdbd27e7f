/** A table of family ip as a list of its objects, and the transaction that brings the kernel's there. Pure.
 *  Source: nft(8) 1.0.6. */

export interface TableObject {
  kind: 'set' | 'map' | 'chain'
  name: string
  /** What stands between the braces, a line each. */
  lines: readonly string[]
  /** A set that the kernel fills itself: it stays as it is while it is wanted. */
  keepsElements?: boolean
}

export const chain = (name: string, lines: readonly string[]): TableObject => ({ kind: 'chain', name, lines })

/** `elements` of the same key are there once, the first of them. */
export function set(name: string, type: readonly string[], elements: readonly string[]): TableObject {
  return { kind: 'set', name, lines: [...type, ...listed(elements)] }
}

export function map(name: string, type: readonly string[], elements: readonly string[]): TableObject {
  return { kind: 'map', name, lines: [...type, ...listed(elements)] }
}

function listed(elements: readonly string[]): string[] {
  // Two Services may claim one external address or node port; the first keeps it, as a key can be there once.
  const byKey = new Map<string, string>()
  for (const entry of elements) {
    const key = entry.split(' : ')[0] ?? entry
    if (!byKey.has(key)) byKey.set(key, entry)
  }
  const list = [...byKey.values()].map((entry) => `  ${entry}`)
  return list.length === 0 ? [] : ['elements = {', list.join(',\n'), '}']
}

/** The table as nft reads it: the same objects give the same text. */
export function renderTable(tableName: string, objects: readonly TableObject[]): string {
  const parts = objects.map(({ kind, name, lines }) => `${kind} ${name} {\n${indent(lines.join('\n'))}\n}`)
  return `table ip ${tableName} {\n${parts.map(indent).join('\n\n')}\n}\n`
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n')

/** The commands that make the table of `present` (as the kernel lists it) into `objects`, as one transaction: whatever
 *  is there is emptied and made anew, but for sets that keep their elements. Nothing wanted: no table. */
export function tableTransaction(
  tableName: string,
  present: string | undefined,
  objects: readonly TableObject[],
): string {
  // Added first so that what follows cannot fail.
  const head = [`add table ip ${tableName}`]
  if (objects.length === 0) return `${head.join('\n')}\ndelete table ip ${tableName}\n`
  const kept = new Set(objects.filter(({ keepsElements }) => keepsElements).map(({ name }) => name))
  const wantedChains = new Set(objects.filter(({ kind }) => kind === 'chain').map(({ name }) => name))
  const found = objectsIn(present ?? '')
  if (found.length > 0) head.push(`flush table ip ${tableName}`)
  // Maps before the chains they lead to.
  const stale = found.filter(({ kind, name }) => (kind === 'chain' ? !wantedChains.has(name) : !kept.has(name)))
  for (const { kind, name } of [
    ...stale.filter(({ kind }) => kind !== 'chain'),
    ...stale.filter(({ kind }) => kind === 'chain'),
  ])
    head.push(`delete ${kind} ip ${tableName} ${name}`)
  return `${head.join('\n')}\n\n${renderTable(tableName, objects)}`
}

function objectsIn(listing: string): { kind: string; name: string }[] {
  return Array.from(listing.matchAll(/^\t(set|map|chain) (\S+) \{$/gm), ([, kind = '', name = '']) => ({ kind, name }))
}

/** What of a listing changes by our hand alone: without the sets that the kernel fills. */
export function stableListing(listing: string | undefined, objects: readonly TableObject[]): string | undefined {
  const kept = new Set(objects.filter(({ keepsElements }) => keepsElements).map(({ name }) => name))
  return listing?.replace(/^\tset (\S+) \{$[^]*?^\t\}$/gm, (block, name: string) => (kept.has(name) ? '' : block))
}
