/** The imports of a TypeScript file, types included, read from its text with comments taken out. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const IMPORT =
  /(?:^|[\n;])\s*(?:import|export)\s[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

/** Specifiers in order of appearance, e.g. `node:fs`, `../lib/index.ts`. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Every `.ts` file below `root`, sorted. */
export function sourceFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'))
    .map((path) => join(root, path))
    .sort()
}

export const readImports = (path: string): string[] => importsOf(readFileSync(path, 'utf8'))
