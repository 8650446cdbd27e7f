/** Reads a source folder, or a file that was built elsewhere: which files count, and one digest of them all. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { hasErrno } from '../../lib/index.ts'
import { BuildError } from '../errors.ts'
import { type IgnoreRules, isSecretFile, readIgnoreRules } from './ignore-rules.ts'
import { checkLimits, DEFAULT_SOURCE_LIMITS, formatBytes, MAX_TEXT_BYTES, type SourceLimits } from './limits.ts'
import type { SourceFile } from './source-file.ts'

export interface Source {
  /** The folder, absolute; of a file that it is in. */
  root: string
  /** Sorted by path (relative, `/` between parts). Folders are implied. */
  files: readonly SourceFile[]
  /** Files left out because they usually hold secrets. */
  excludedSecrets: readonly string[]
  has(path: string): boolean
  /** Text of a file that counts, or undefined. */
  readText(path: string): Promise<string | undefined>
}

export interface ReadSourceOptions {
  /** A folder, or a war or jar file. */
  root: string
  limits?: SourceLimits
  signal?: AbortSignal
}

/** Throws BuildError: SourceMissing, SourceNotFolder, SourceUnreadable, SourceEmpty, SourceTooLarge, UnsupportedFile. */
export async function readSource(options: ReadSourceOptions): Promise<Source> {
  const { root } = options
  if (BUILT_FILE.test(root) && (await isFile(root))) return readBuiltFile(root, options.limits ?? DEFAULT_SOURCE_LIMITS)
  await requireFolder(root)
  const found: Found = {
    root,
    files: [],
    secrets: [],
    limits: options.limits ?? DEFAULT_SOURCE_LIMITS,
    signal: options.signal,
  }
  await walk(found, '', await readIgnoreRules(root).catch((error: unknown) => fail(root, '.gitignore', error)))
  checkLimits(found.files, found.limits)
  if (found.files.length === 0)
    throw new BuildError('SourceEmpty', `${root} has no files to deploy.`, {
      hint: 'Name the folder with your app in it; if it has files, look whether .naruignore or .gitignore leaves them all out.',
    })
  const files = found.files.sort((a, b) => (a.path < b.path ? -1 : 1))
  const paths = new Set(files.map((file) => file.path))
  return {
    root,
    files,
    excludedSecrets: found.secrets.sort(),
    has: (path) => paths.has(path),
    readText: async (path) => (paths.has(path) ? readText(root, path) : undefined),
  }
}

async function readText(root: string, path: string): Promise<string> {
  const file = join(root, path)
  try {
    const { size } = await stat(file)
    if (size <= MAX_TEXT_BYTES) return await readFile(file, 'utf8')
    throw new BuildError(
      'SourceTooLarge',
      `${file} has ${formatBytes(size)}; what says how an app is built has at most ${formatBytes(MAX_TEXT_BYTES)}.`,
      { hint: `Make it smaller, or add the line "/${path}" to .naruignore.` },
    )
  } catch (error) {
    return fail(root, path, error)
  }
}

/** What builds of Java make, which run as they are. */
const BUILT_FILE = /\.(?:war|jar)$/

/** The file alone, whatever lies beside it. */
async function readBuiltFile(file: string, limits: SourceLimits): Promise<Source> {
  const path = basename(file)
  const { size } = await stat(file).catch((error: unknown) => fail(dirname(file), path, error))
  const files: SourceFile[] = [{ path, type: 'file', size, executable: false }]
  checkLimits(files, limits)
  return {
    root: dirname(file),
    files,
    excludedSecrets: [],
    has: (each) => each === path,
    readText: async () => undefined,
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  )
}

interface Found {
  root: string
  files: SourceFile[]
  secrets: string[]
  limits: SourceLimits
  signal: AbortSignal | undefined
}

async function walk(found: Found, folder: string, rules: IgnoreRules): Promise<void> {
  found.signal?.throwIfAborted()
  const entries = await readdir(join(found.root, folder), { withFileTypes: true }).catch((error: unknown) =>
    fail(found.root, folder, error),
  )
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (rules.ignores(path, entry.isDirectory())) {
      if (isSecretFile(entry.name)) found.secrets.push(path)
    } else if (entry.isDirectory()) await walk(found, path, await rules.enter(path))
    else if (entry.isSymbolicLink()) found.files.push(await readSymlink(found.root, path))
    else if (entry.isFile()) {
      const facts = await lstat(join(found.root, path)).catch((error: unknown) => fail(found.root, path, error))
      found.files.push({ path, type: 'file', size: facts.size, executable: (facts.mode & 0o111) !== 0 })
    } else
      throw new BuildError(
        'UnsupportedFile',
        `${join(found.root, path)} is a socket, pipe or device, which no image can hold.`,
        {
          hint: `Remove it, or add the line "/${path}" to .naruignore.`,
        },
      )
    // The count alone is checked while walking, so that a mistake like "naru deploy /" ends soon.
    if (found.files.length > found.limits.maxFiles) checkLimits(found.files, found.limits)
  }
}

async function readSymlink(root: string, path: string): Promise<SourceFile> {
  const target = await readlink(join(root, path)).catch((error: unknown) => fail(root, path, error))
  if (leadsOut(path, target))
    throw new BuildError(
      'UnsupportedFile',
      `${join(root, path)} is a symbolic link to ${target}, which is, or may be, outside the source folder.`,
      {
        hint: `Put the file itself into the folder, or add the line "/${path}" to .naruignore.`,
      },
    )
  return { path, type: 'symlink', target }
}

function leadsOut(path: string, target: string): boolean {
  const end = posix.join(posix.dirname(path), target)
  const parts = target.split('/')
  // After a name, which may be another link's, `..` is not the folder that it seems to be.
  const name = parts.findIndex((part) => !['', '.', '..'].includes(part))
  const climbsLater = name >= 0 && parts.lastIndexOf('..') > name
  return posix.isAbsolute(target) || end === '..' || end.startsWith('../') || climbsLater
}

/** `sha256:…` of paths, kinds, executable bits and contents; nothing else of the folder counts. */
export async function digestSource(source: Source, include: (path: string) => boolean = () => true): Promise<string> {
  const total = createHash('sha256')
  for (const file of source.files) {
    if (!include(file.path)) continue
    total.update(`${file.type}\0${file.path}\0`)
    if (file.type === 'symlink') total.update(`${file.target}\0`)
    else total.update(`${file.executable ? 'x' : '-'}\0${await hashFile(source.root, file.path)}\0`)
  }
  return `sha256:${total.digest('hex')}`
}

async function hashFile(root: string, path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(join(root, path))) hash.update(chunk as Buffer)
  } catch (error) {
    fail(root, path, error)
  }
  return hash.digest('hex')
}

async function requireFolder(root: string): Promise<void> {
  try {
    if ((await lstat(join(root, '.'))).isDirectory()) return
  } catch (error) {
    if (hasErrno(error, 'ENOENT'))
      throw new BuildError('SourceMissing', `There is no folder ${root}.`, {
        hint: 'Check the path; "naru deploy ." deploys the current folder.',
      })
    if (!hasErrno(error, 'ENOTDIR')) fail(root, '', error)
  }
  throw new BuildError('SourceNotFolder', `${root} is not a folder.`, {
    hint: 'Name the folder that has your app in it, or a war or jar file.',
  })
}

function fail(root: string, path: string, error: unknown): never {
  if (error instanceof BuildError) throw error
  const where = join(root, path)
  if (hasErrno(error, 'ENOENT'))
    throw new BuildError('SourceChanged', `${where} disappeared while it was read.`, {
      hint: 'Deploy again.',
      cause: error,
    })
  throw new BuildError('SourceUnreadable', `${where} cannot be read.`, {
    hint:
      path === ''
        ? 'Give yourself permission to read it.'
        : `Make it readable, or add the line "/${path}" to .naruignore.`,
    cause: error,
  })
}
