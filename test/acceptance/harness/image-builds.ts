/** Builds of images with a registry and a cache of their own, without an engine. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BuiltImage, buildImage, type ProgressEvent } from '../../../src/builder/index.ts'
import { openRegistry, type Registry } from '../../../src/images/index.ts'
import { silentLogger, systemClock } from '../../../src/lib/index.ts'

const run = promisify(execFile)

export interface BuildOptions {
  name?: string
  cacheDir?: string
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
  onProgress?: (event: ProgressEvent) => void
}

export interface ImageBuilds extends AsyncDisposable {
  /** A folder that goes with it. */
  dir: string
  cacheDir: string
  registry: Registry
  build(source: string, options?: BuildOptions): Promise<BuiltImage>
  /** The folder that an image, pulled by skopeo, is unpacked in. */
  unpack(name: string): Promise<string>
}

export const credentials = { username: 'naru', password: 'secret' }

export async function openImageBuilds(): Promise<ImageBuilds> {
  const dir = await mkdtemp(join(tmpdir(), 'naru-builder-'))
  const cacheDir = join(dir, 'cache')
  const registry = await openRegistry({
    dir: join(dir, 'registry'),
    listen: { host: '127.0.0.1', port: 0 },
    credentials,
    logger: silentLogger,
    clock: systemClock,
  })
  return {
    dir,
    cacheDir,
    registry,
    build: (source, options = {}) =>
      buildImage({
        source,
        name: options.name ?? 'app',
        namespace: 'default',
        cacheDir: options.cacheDir ?? cacheDir,
        registry: { address: registry.url, credentials },
        env: options.env ?? process.env,
        signal: options.signal ?? new AbortController().signal,
        onProgress: options.onProgress ?? (() => {}),
      }),
    async unpack(name) {
      const pulled = join(dir, `pulled-${name}`)
      const root = join(dir, `root-${name}`)
      const image = `docker://${registry.url.replace('http://', '')}/default/${name}:latest`
      const { username, password } = credentials
      const source = ['--src-tls-verify=false', '--src-creds', `${username}:${password}`, image]
      await run('skopeo', ['copy', '-q', ...source, `dir:${pulled}`])
      const manifest = JSON.parse(await readFile(join(pulled, 'manifest.json'), 'utf8')) as {
        layers: { digest: string }[]
      }
      await mkdir(root)
      for (const { digest } of manifest.layers)
        await run('sh', ['-c', `zstd -dc < ${join(pulled, digest.slice(7))} | tar -x -C ${root}`])
      return root
    },
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
