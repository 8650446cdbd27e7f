/** Images of the process runtime: a directory for each manifest digest with the application's own files (the layers of
 *  the distribution are left out: the host's own stand in), and a record of names. */
import { mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { listIfThere, writeFileAtomically } from '../../lib/index.ts'
import { ociArchitecture } from '../containerd/machine.ts'
import { RuntimeError } from '../errors.ts'
import type { Image } from '../runtime/runtime.ts'
import { extractLayer } from './extract.ts'
import { parseReference } from './reference.ts'
import { fetchLayer, fetchManifest, type ImageConfig, type RegistryAccess } from './registry.ts'

export interface StoredImage {
  id: string
  /** Names it was pulled by. */
  names: string[]
  config: ImageConfig
  sizeBytes: number
}

/** What marks a layer as the distribution's. */
const LAYER_KIND = 'naru.dev/layer'
const TEMPORARY = '.tmp'
const ID = /^sha256:[0-9a-f]{64}$/

export class ImageStore {
  readonly #root: string
  readonly #pulls = new Map<string, Promise<StoredImage>>()

  /** `root`: an absolute directory of its own. */
  constructor(root: string) {
    this.#root = root
  }

  #directory(id: string): string {
    return join(this.#root, id.replace(':', '-'))
  }

  #temporary(): string {
    return join(this.#root, `${randomUUID()}${TEMPORARY}`)
  }

  /** Takes away what a kill left of images that were being pulled or removed: to be called before any of that. */
  async sweep(): Promise<void> {
    for (const name of await listIfThere(this.#root))
      if (name.endsWith(TEMPORARY)) await rm(join(this.#root, name), { recursive: true, force: true })
  }

  /** The application's files. */
  filesOf(id: string): string {
    return join(this.#directory(id), 'files')
  }

  async list(): Promise<StoredImage[]> {
    const names = await readdir(this.#root).catch(() => [])
    const images = await Promise.all(names.filter((name) => name.startsWith('sha256-')).map((name) => this.#read(name)))
    return images.filter((image) => image !== undefined)
  }

  async #read(name: string): Promise<StoredImage | undefined> {
    try {
      return JSON.parse(await readFile(join(this.#root, name, 'image.json'), 'utf8')) as StoredImage
    } catch {
      return undefined
    }
  }

  /** By id or by a name it was pulled by. */
  async find(image: string): Promise<StoredImage | undefined> {
    if (ID.test(image)) return this.#read(image.replace(':', '-'))
    return (await this.list()).find(({ names }) => names.includes(image))
  }

  async remove(id: string): Promise<void> {
    const image = await this.find(id)
    if (image === undefined) return
    // A part of an image would be taken for the whole of it after a kill in the middle.
    const temporary = this.#temporary()
    await rename(this.#directory(image.id), temporary)
    await rm(temporary, { recursive: true, force: true })
  }

  /** One pull of a name at a time: a second asks for the first's result. */
  pull(image: string, access: RegistryAccess): Promise<StoredImage> {
    const running = this.#pulls.get(image)
    if (running !== undefined) return running
    const pull = this.#pull(image, access).finally(() => this.#pulls.delete(image))
    this.#pulls.set(image, pull)
    return pull
  }

  async #pull(image: string, access: RegistryAccess): Promise<StoredImage> {
    const reference = parseReference(image)
    const { digest, manifest, config } = await fetchManifest(access, reference, ociArchitecture() ?? process.arch)
    const known = await this.find(digest)
    if (known !== undefined) {
      if (known.names.includes(image)) return known
      const renamed = { ...known, names: [...known.names, image] }
      await writeFileAtomically(join(this.#directory(digest), 'image.json'), JSON.stringify(renamed))
      return renamed
    }
    const layers = manifest.layers.filter(({ annotations }) => annotations?.[LAYER_KIND] !== 'base')
    await mkdir(this.#root, { recursive: true, mode: 0o700 })
    const temporary = this.#temporary()
    try {
      await mkdir(join(temporary, 'files'), { recursive: true })
      const root = await realpath(join(temporary, 'files'))
      for (const layer of layers) await extractLayer(root, await fetchLayer(access, reference, layer))
      const sizeBytes = layers.reduce((sum, { size }) => sum + size, 0)
      const stored: StoredImage = { id: digest, names: [image], config, sizeBytes }
      await writeFileAtomically(join(temporary, 'image.json'), JSON.stringify(stored))
      await rename(temporary, this.#directory(digest))
      return stored
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      if (error instanceof RuntimeError) throw error
      throw new RuntimeError('Failed', `image ${image} cannot be unpacked`, { cause: error })
    }
  }
}

export const toImage = ({ id, names, sizeBytes, config }: StoredImage): Image => {
  const user = config.config?.User?.split(':')[0] ?? ''
  return {
    id,
    repoTags: names.filter((name) => !name.includes('@')),
    repoDigests: names.filter((name) => name.includes('@')),
    sizeBytes,
    ...(/^\d+$/.test(user) ? { uid: Number(user) } : user === '' ? {} : { username: user }),
  }
}
