/** Which Node.js versions an app accepts. */
import { validRange } from 'semver'
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'
import type { PackageJson } from './package-json.ts'

/** The line used when the app accepts it, or says nothing: the current long-term support. */
export const DEFAULT_NODE_LINE = '24.x'

/** A semver range and where it came from. Throws BuildError EnginesUnsupported for one that is no range. */
export async function nodeRange(
  source: Source,
  manifest: PackageJson | undefined,
): Promise<{ range: string; from: string }> {
  const engines = manifest?.engines.node
  if (engines !== undefined)
    return { range: requireRange(engines, 'package.json "engines.node"'), from: 'engines.node' }
  for (const file of ['.node-version', '.nvmrc']) {
    const text = (await source.readText(file))?.trim()
    // nvm also knows names ("lts/iron"); they say nothing a version range could hold.
    if (text !== undefined && /^v?\d+(\.\d+){0,2}$/.test(text)) return { range: text.replace(/^v/, ''), from: file }
  }
  return { range: DEFAULT_NODE_LINE, from: 'default' }
}

function requireRange(text: string, where: string): string {
  const range = validRange(text)
  if (range === null)
    throw new BuildError('EnginesUnsupported', `${where} is ${JSON.stringify(text)}, which is no version range.`, {
      hint: 'Write for example "24.x" or ">=22".',
    })
  return text
}
