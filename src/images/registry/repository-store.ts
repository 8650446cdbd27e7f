/** Which manifests, tags and referrers each repository has. Files below `repositories/<name>/`:
 *  `_manifests/<algorithm>/<hex>` (a descriptor), `_tags/<tag>` (a digest), `_referrers/<algorithm>-<hex>/<algorithm>-<hex>`
 *  (a descriptor). The manifests' bytes are blobs. Names start with `_`, which the name grammar keeps free. */
import { readdir, rm, stat, unlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { hasErrno, readIfThere, writeFileAtomically } from '../../lib/index.ts'
import { type ParsedDigest, parseDigest } from '../digest.ts'
import type { Descriptor } from '../manifest.ts'

export class RepositoryStore {
  readonly #root: string

  constructor(dir: string) {
    this.#root = join(dir, 'repositories')
  }

  async exists(name: string): Promise<boolean> {
    return (await readNames(join(this.#root, name))).some((entry) => entry.startsWith('_'))
  }

  /** All repositories, sorted. */
  async names(): Promise<string[]> {
    const found = new Set<string>()
    const visit = async (folder: string): Promise<void> => {
      for (const name of await readNames(folder)) {
        if (name.startsWith('_')) found.add(relative(this.#root, folder).split(sep).join('/'))
        else await visit(join(folder, name))
      }
    }
    await visit(this.#root)
    return [...found].sort()
  }

  manifest(name: string, digest: ParsedDigest): Promise<Descriptor | undefined> {
    return readJson(this.#manifestPath(name, digest))
  }

  /** When it was pushed last, in milliseconds of the epoch; 0 for one that is not there. */
  async pushedAt(name: string, digest: ParsedDigest): Promise<number> {
    const facts = await stat(this.#manifestPath(name, digest)).catch(() => undefined)
    return facts?.mtimeMs ?? 0
  }

  async putManifest(name: string, digest: ParsedDigest, descriptor: Descriptor): Promise<void> {
    await writeFileAtomically(this.#manifestPath(name, digest), JSON.stringify(descriptor))
  }

  /** Digests of all manifests of a repository. */
  async manifests(name: string): Promise<ParsedDigest[]> {
    const folder = join(this.#root, name, '_manifests')
    const digests: ParsedDigest[] = []
    for (const algorithm of await readNames(folder))
      for (const hex of await readNames(join(folder, algorithm))) {
        const digest = parseDigest(`${algorithm}:${hex}`)
        if (digest !== undefined) digests.push(digest)
      }
    return digests
  }

  /** Removes a manifest with its tags and its entry among the referrers of `subject`. False when there was none. */
  async removeManifest(name: string, digest: ParsedDigest, subject: ParsedDigest | undefined): Promise<boolean> {
    const text = `${digest.algorithm}:${digest.hex}`
    for (const tag of await this.tags(name)) if ((await this.tag(name, tag)) === text) await this.removeTag(name, tag)
    if (subject !== undefined) await rm(this.#referrerPath(name, subject, digest), { force: true })
    return removeFile(this.#manifestPath(name, digest))
  }

  /** The digest a tag stands for. */
  async tag(name: string, tag: string): Promise<string | undefined> {
    return (await readIfThere(join(this.#root, name, '_tags', tag)))?.trim()
  }

  async putTag(name: string, tag: string, digest: string): Promise<void> {
    await writeFileAtomically(join(this.#root, name, '_tags', tag), digest)
  }

  /** False when there was no such tag. */
  removeTag(name: string, tag: string): Promise<boolean> {
    return removeFile(join(this.#root, name, '_tags', tag))
  }

  /** All tags of a repository, in ASCII order. */
  async tags(name: string): Promise<string[]> {
    return (await readNames(join(this.#root, name, '_tags'))).sort()
  }

  async putReferrer(name: string, subject: ParsedDigest, digest: ParsedDigest, descriptor: Descriptor): Promise<void> {
    await writeFileAtomically(this.#referrerPath(name, subject, digest), JSON.stringify(descriptor))
  }

  /** Descriptors of the manifests whose `subject` is this digest, ordered by digest. */
  async referrers(name: string, subject: ParsedDigest): Promise<Descriptor[]> {
    const folder = this.#referrersFolder(name, subject)
    const found: Descriptor[] = []
    for (const entry of (await readNames(folder)).sort()) {
      const descriptor = await readJson<Descriptor>(join(folder, entry))
      if (descriptor !== undefined) found.push(descriptor)
    }
    return found
  }

  #manifestPath(name: string, digest: ParsedDigest): string {
    return join(this.#root, name, '_manifests', digest.algorithm, digest.hex)
  }

  #referrersFolder(name: string, subject: ParsedDigest): string {
    return join(this.#root, name, '_referrers', `${subject.algorithm}-${subject.hex}`)
  }

  #referrerPath(name: string, subject: ParsedDigest, digest: ParsedDigest): string {
    return join(this.#referrersFolder(name, subject), `${digest.algorithm}-${digest.hex}`)
  }
}

/** Names in a folder, without the temporary files that a crash may have left; none when there is no folder. */
async function readNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !/\.[0-9a-f-]{36}\.tmp$/.test(name))
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readIfThere(path)
  return text === undefined ? undefined : (JSON.parse(text) as T)
}

async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false
    throw error
  }
}
