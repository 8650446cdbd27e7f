/** The file that says how the last runs went: a section for each command, written anew by it. */
import { readFile, writeFile } from 'node:fs/promises'

const PREAMBLE = `# Chaos

What was done to an engine on purpose, and what was left of it. Written by the commands that the sections name.
`

/** The document with the section in place of the one of that title, or at the end. Pure. */
export function withSection(document: string, title: string, text: string): string {
  const [head = '', ...sections] = (document.trim() || PREAMBLE.trim()).split(/^(?=## )/m)
  const heading = `## ${title}\n`
  const section = `${heading}\n${text.trim()}\n`
  const others = sections.map((other) => (other.startsWith(heading) ? section : `${other.trim()}\n`))
  if (!others.includes(section)) others.push(section)
  return [`${head.trim()}\n`, ...others].join('\n')
}

export async function writeSection(path: string, title: string, text: string): Promise<void> {
  const document = await readFile(path, 'utf8').catch(() => '')
  await writeFile(path, withSection(document, title, text))
}

export const table = (rows: readonly (readonly [string, string])[], head: readonly [string, string]): string =>
  [`| ${head.join(' | ')} |`, '|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')
