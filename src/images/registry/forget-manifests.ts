/** Removes images that nobody wants any more: what goes with them is for `collect-garbage.ts` to find. */
import type { ParsedDigest } from '../digest.ts'
import { parseImageReference } from '../reference.ts'
import type { BlobStore } from './blob-store.ts'
import { type ManifestDocument, readManifestDocument } from './manifest-document.ts'
import type { RepositoryStore } from './repository-store.ts'

/** Every push of the builder moves it, so that it does not tell what is wanted. */
const MOVING_TAG = 'latest'

export interface ForgetManifestsOptions {
  blobs: BlobStore
  repositories: RepositoryStore
  /** Images that are named somewhere: `host/repository@digest`, or with a tag, or with neither for `latest`. */
  named: readonly string[]
  /** Those pushed since, in milliseconds of the epoch, stay: who pushed them is about to name them. */
  before: number
  signal?: AbortSignal | undefined
}

/** An image stays that is named, or young, or has a tag other than `latest`; and with it what an index lists, and what refers
 *  to it as its subject. A manifest that cannot be read stops it before anything is removed. Gives how many went. */
export async function forgetManifests(options: ForgetManifestsOptions): Promise<number> {
  const unwanted: { name: string; digest: ParsedDigest; document: ManifestDocument }[] = []
  for (const name of await options.repositories.names())
    for (const [digest, document] of await unwantedOf(options, name)) unwanted.push({ name, digest, document })
  for (const { name, digest, document } of unwanted) {
    options.signal?.throwIfAborted()
    await options.repositories.removeManifest(name, digest, document.subject)
  }
  return unwanted.length
}

async function unwantedOf(
  options: ForgetManifestsOptions,
  name: string,
): Promise<readonly (readonly [ParsedDigest, ManifestDocument])[]> {
  const { repositories, before } = options
  const wanted = await wantedByName(options, name)
  const all = new Map<string, readonly [ParsedDigest, ManifestDocument]>()
  for (const digest of await repositories.manifests(name)) {
    options.signal?.throwIfAborted()
    const document = await readDocument(options, name, digest)
    if (document === undefined) continue
    all.set(format(digest), [digest, document])
    if ((await repositories.pushedAt(name, digest)) >= before) wanted.add(format(digest))
  }
  spread(wanted, all)
  return [...all].filter(([text]) => !wanted.has(text)).map(([, found]) => found)
}

/** Digests of those that something names, or a tag. */
async function wantedByName({ repositories, named }: ForgetManifestsOptions, name: string): Promise<Set<string>> {
  const wanted = new Set<string>()
  const tags = new Set((await repositories.tags(name)).filter((tag) => tag !== MOVING_TAG))
  for (const image of named) {
    const reference = parseImageReference(image)
    if (reference?.repository !== name) continue
    if (reference.digest === undefined) tags.add(reference.tag ?? MOVING_TAG)
    else wanted.add(reference.digest)
  }
  for (const tag of tags) {
    const digest = await repositories.tag(name, tag)
    if (digest !== undefined) wanted.add(digest)
  }
  return wanted
}

/** From an index to what it lists, and from a subject to what refers to it, until nothing is added. */
function spread(wanted: Set<string>, all: ReadonlyMap<string, readonly [ParsedDigest, ManifestDocument]>): void {
  for (let before = -1; before !== wanted.size; ) {
    before = wanted.size
    for (const [text, [, { manifests, subject }]] of all) {
      if (subject !== undefined && wanted.has(format(subject))) wanted.add(text)
      if (wanted.has(text)) for (const listed of manifests) wanted.add(format(listed))
    }
  }
}

async function readDocument(
  { blobs, repositories }: ForgetManifestsOptions,
  name: string,
  digest: ParsedDigest,
): Promise<ManifestDocument | undefined> {
  const descriptor = await repositories.manifest(name, digest)
  if (descriptor === undefined) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of blobs.read(digest)) chunks.push(chunk as Buffer)
  return readManifestDocument(Buffer.concat(chunks), descriptor.mediaType)
}

const format = ({ algorithm, hex }: ParsedDigest): string => `${algorithm}:${hex}`
