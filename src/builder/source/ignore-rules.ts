/** Which files of a source folder count. `.naruignore` decides when there is one, else the `.gitignore` files do; the
 *  defaults below come first, so that either can take one back with `!`. Syntax: gitignore(5). */
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { hasErrno } from '../../lib/index.ts'
import { BuildError } from '../errors.ts'

const DEFAULT_RULES: readonly string[] = [
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.DS_Store',
  'Thumbs.db',
  'npm-debug.log*',
  'yarn-debug.log*',
  'yarn-error.log*',
  '.npm',
  '.pnpm-store',
  '.yarn/cache',
  '.yarn/unplugged',
  '.yarn/install-state.gz',
  '.cache',
  '.turbo',
  '.next/cache',
  'coverage',
  '.nyc_output',
  '.venv',
  '__pycache__',
  '*.pyc',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.idea',
  '.vscode',
  '*.swp',
  '.env',
  '.env.*',
  '!.env.example',
  '!.env.sample',
  '!.env.template',
]

const MAX_RULES_BYTES = 2 ** 20

/** Files that usually hold secrets. */
export function isSecretFile(name: string): boolean {
  return name === '.env' || (name.startsWith('.env.') && !/^\.env\.(example|sample|template)$/.test(name))
}

/** Rules of one folder and the folders above it. */
export interface IgnoreRules {
  /** Whether the entry, a path relative to the source folder, is left out. */
  ignores(path: string, isFolder: boolean): boolean
  /** The rules inside a folder, which may have its own `.gitignore`. */
  enter(folder: string): Promise<IgnoreRules>
}

export async function readIgnoreRules(root: string): Promise<IgnoreRules> {
  const naru = await readOptional(root, '.naruignore')
  const first = ignore().add([...DEFAULT_RULES])
  const text = naru ?? (await readOptional(root, '.gitignore'))
  if (text !== undefined) first.add(text)
  return rulesOf(root, [{ base: '', rules: first }], naru === undefined)
}

interface Level {
  /** The folder the rules are relative to, with a slash at its end, or empty for the root. */
  base: string
  rules: Ignore
}

function rulesOf(root: string, levels: readonly Level[], isNested: boolean): IgnoreRules {
  return {
    ignores(path, isFolder) {
      let ignored = false
      for (const { base, rules } of levels) {
        const verdict = rules.test(path.slice(base.length) + (isFolder ? '/' : ''))
        if (verdict.ignored) ignored = true
        else if (verdict.unignored) ignored = false
      }
      return ignored
    },
    async enter(folder) {
      const text = isNested ? await readOptional(root, join(folder, '.gitignore')) : undefined
      if (text === undefined) return this
      return rulesOf(root, [...levels, { base: `${folder}/`, rules: ignore().add(text) }], isNested)
    },
  }
}

/** Git does not follow links for these either. */
async function readOptional(root: string, path: string): Promise<string | undefined> {
  const file = join(root, path)
  try {
    const facts = await lstat(file)
    if (facts.isDirectory()) return undefined
    if (facts.isFile() && facts.size <= MAX_RULES_BYTES) return await readFile(file, 'utf8')
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
  throw new BuildError('UnsupportedFile', `${file} is no ordinary file, or a very long one.`, {
    hint: 'Put the rules themselves into it, a line each.',
  })
}
