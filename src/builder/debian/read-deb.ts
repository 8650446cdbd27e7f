/** Contents of a .deb as layer entries. Maintainer scripts are not run. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { normalizeEntryPath, type TarEntry } from '../../images/index.ts'
import { BuildError } from '../errors.ts'

/** Top-level folders that are links into /usr on merged systems; packages may still ship files through them. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']

/** Documentation for people who are not in a container; copyright files stay. */
const LEFT_OUT =
  /^usr\/share\/(?:doc\/.*\/(?!copyright$)[^/]*$|doc\/[^/]+\/.+\/|man\/|locale\/|info\/|lintian\/|bug\/|menu\/|initramfs-tools\/|debianutils\/|bash-completion\/|zsh\/|fish\/)|^(?:boot|etc\/update-motd\.d|usr\/(?:games|src|include)|lib\/systemd|usr\/lib\/systemd)(?:\/|$)/

/** Files, folders and links, owned by root, set-id bits dropped, paths through /bin and its like moved into /usr. */
export async function readDeb(file: string, signal: AbortSignal): Promise<TarEntry[]> {
  const child = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const exited = once(child, 'close') as Promise<[number | null]>
  exited.catch(() => undefined)
  const entries: TarEntry[] = []
  const archive = child.stdout.pipe(extract())
  try {
    for await (const { header, ...stream } of entriesOf(archive)) {
      const entry = toEntry(header, stream.content)
      if (entry !== undefined) entries.push(entry)
    }
    const [code] = await exited
    if (code !== 0) throw new Error(`dpkg-deb ended with exit code ${code}`)
  } catch (error) {
    child.kill()
    signal.throwIfAborted()
    throw new BuildError('BasePackagesUnavailable', `The Debian package ${file} cannot be unpacked.`, {
      hint: 'Delete that file and deploy again; dpkg-deb must be installed.',
      cause: error,
    })
  }
  return entries
}

interface Header {
  name: string
  type?: string | null | undefined
  mode?: number | undefined
  linkname?: string | null | undefined
}

async function* entriesOf(archive: ReturnType<typeof extract>): AsyncGenerator<{ header: Header; content: Buffer }> {
  for await (const entry of archive) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    yield { header: entry.header, content: Buffer.concat(chunks) }
  }
}

function toEntry(header: Header, content: Buffer): TarEntry | undefined {
  if (/^\.?\/*$/.test(header.name)) return undefined
  const original = normalizeEntryPath(header.name)
  if (MERGED.includes(original) || LEFT_OUT.test(`${original}${header.type === 'directory' ? '/' : ''}`))
    return undefined
  const path = mergePath(original)
  const mode = (header.mode ?? 0o644) & 0o1777
  switch (header.type) {
    case 'directory':
      return { path, type: 'directory', mode }
    case 'symlink':
      return { path, type: 'symlink', target: header.linkname ?? '' }
    case 'link':
      return { path, type: 'link', target: mergePath(normalizeEntryPath(header.linkname ?? '')) }
    case 'file':
      return { path, type: 'file', mode, size: content.byteLength, open: () => Readable.from([content]) }
    default:
      return undefined
  }
}

/** `usr/bin/x` for `bin/x`. */
export function mergePath(path: string): string {
  return MERGED.includes(path.split('/')[0] ?? '') && path.includes('/') ? `usr/${path}` : path
}

/** The links that make /bin and its like work. */
export function mergedLinks(present: ReadonlySet<string>): TarEntry[] {
  return MERGED.filter((name) => present.has(`usr/${name}`)).map((name) => ({
    path: name,
    type: 'symlink',
    target: `usr/${name}`,
  }))
}

/** The control fields of a package, as a scanner expects them in /var/lib/dpkg/status.d. */
export async function readControl(file: string, signal: AbortSignal): Promise<string> {
  const child = spawn('dpkg-deb', ['--field', file], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const exited = once(child, 'close')
  exited.catch(() => undefined)
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) text += String(chunk)
  await exited
  return text
}
