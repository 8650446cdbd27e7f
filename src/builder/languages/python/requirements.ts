/** What a Python app depends on: requirements.txt, else pyproject.toml. Source: pip's requirements file format, PEP 508
 *  (names), PEP 621 (`project.dependencies`). */
import type { Source } from '../../source/read-source.ts'

export interface Requirements {
  file: 'requirements.txt' | 'pyproject.toml'
  /** Requirement lines, for pyproject.toml; requirements.txt is read by pip itself. */
  lines: readonly string[]
  /** Names as PEP 503 normalises them, with extras as in `fastapi[standard]`. */
  names: readonly string[]
}

export async function readRequirements(source: Source): Promise<Requirements | undefined> {
  const text = await source.readText('requirements.txt')
  if (text !== undefined) {
    const lines = text.split(/\r?\n/).map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    return { file: 'requirements.txt', lines, names: lines.flatMap(requirementName) }
  }
  const project = await source.readText('pyproject.toml')
  if (project === undefined) return undefined
  const lines = projectDependencies(project)
  return { file: 'pyproject.toml', lines, names: lines.flatMap(requirementName) }
}

/** `fastapi` of `FastAPI>=0.1 ; python_version > "3"`; nothing of options, paths and addresses. */
function requirementName(line: string): string[] {
  const match = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*(?:$|[<>=!~;@(\\])/.exec(line)
  if (match === null) return []
  const name = (match[1] ?? '').toLowerCase().replace(/[-_.]+/g, '-')
  return [`${name}${(match[2] ?? '').replace(/\s/g, '')}`]
}

/** The strings of the list `dependencies` in the table `project`. */
export function projectDependencies(toml: string): string[] {
  const table = /^\[project\][^\n]*\n([\s\S]*?)(?=^\[[^\]\n]+\]\s*$|(?![\s\S]))/m.exec(toml)?.[1] ?? ''
  const start = /^dependencies\s*=\s*\[/m.exec(table)
  if (start === null) return []
  const found: string[] = []
  const token = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(#[^\n]*)|(,)|(\]))/y
  token.lastIndex = start.index + start[0].length
  for (let match = token.exec(table); match !== null && match[5] === undefined; match = token.exec(table)) {
    const text = match[1]?.replace(/\\(.)/g, '$1') ?? match[2]
    if (text !== undefined) found.push(text)
  }
  return found
}
