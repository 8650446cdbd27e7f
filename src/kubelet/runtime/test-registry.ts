/** For tests: a tiny image registry over HTTP, and an image of this machine's own shell that runs in both runtimes. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { ociArchitecture } from '../containerd/machine.ts'

export const TEST_HOST = 'registry.test.localhost'
export const TEST_CREDENTIALS = { username: 'naru', password: 'a secret' }

export interface TarFile {
  name: string
  data?: string | Uint8Array
  mode?: number
  type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device'
  linkname?: string
}

export async function tarOf(files: readonly TarFile[]): Promise<Buffer> {
  const archive = pack()
  for (const { data = '', ...header } of files)
    archive.entry({ mtime: new Date(0), mode: 0o644, ...header }, Buffer.from(data as string))
  archive.finalize()
  return buffer(archive)
}

const PROGRAMS = ['sh', 'sleep', 'cat', 'true', 'false', 'id']

/** The machine's shell and a few programs with the libraries they load: the distribution's layer. */
async function baseFiles(): Promise<TarFile[]> {
  const files = new Map<string, TarFile>()
  const add = async (name: string, path: string) => files.set(name, { name, data: await readFile(path), mode: 0o755 })
  for (const program of PROGRAMS) {
    const path = [`/bin/${program}`, `/usr/bin/${program}`].find((candidate) => existsSync(candidate))
    if (path === undefined) continue
    await add(`bin/${program}`, await realpath(path))
    const { stdout } = await promisify(execFile)('ldd', [path]).catch(() => ({ stdout: '' }))
    for (const [library] of stdout.matchAll(/\/\S+/g)) await add(library.slice(1), await realpath(library))
  }
  return [...files.values()]
}

export interface TestLayer {
  kind: 'base' | 'runtime' | 'dependencies' | 'app'
  files: TarFile[]
}

export interface TestRegistry extends AsyncDisposable {
  address: string
  /** Requests answered so far, as `GET /v2/…`. */
  requests: string[]
  /** Serves an image and gives its name by digest. */
  push(repository: string, layers: TestLayer[], config: object): Promise<string>
  /** Gives a blob other content than its digest says. */
  corrupt(digest: string): void
  digests(): string[]
}

const digestOf = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`

export async function openTestRegistry(): Promise<TestRegistry> {
  const blobs = new Map<string, { data: Buffer; type: string }>()
  const requests: string[] = []
  const put = (data: Buffer, type: string) => {
    const digest = digestOf(data)
    blobs.set(digest, { data, type })
    return { mediaType: type, digest, size: data.length }
  }
  const expected = `Basic ${Buffer.from(`${TEST_CREDENTIALS.username}:${TEST_CREDENTIALS.password}`).toString('base64')}`
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    requests.push(`${request.method} ${path}`)
    if (request.headers.authorization !== expected)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end()
    const digest = /\/(?:manifests|blobs)\/(.+)$/.exec(path)?.[1]
    const blob = digest === undefined ? undefined : blobs.get(digest)
    if (digest === undefined || blob === undefined) return response.writeHead(path === '/v2/' ? 200 : 404).end()
    const headers = { 'content-type': blob.type, 'content-length': blob.data.length, 'docker-content-digest': digest }
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : blob.data)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async push(repository, layers, config) {
      const tars = await Promise.all(layers.map(({ files }) => tarOf(files)))
      const json = (value: unknown) => Buffer.from(JSON.stringify(value))
      const image = {
        architecture: ociArchitecture(),
        os: 'linux',
        config,
        rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
      }
      const manifest = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: put(json(image), 'application/vnd.oci.image.config.v1+json'),
        layers: tars.map((tar, index) => ({
          ...put(gzipSync(tar), 'application/vnd.oci.image.layer.v1.tar+gzip'),
          annotations: { 'naru.dev/layer': layers[index]?.kind },
        })),
      }
      const { digest } = put(json(manifest), manifest.mediaType)
      return `${TEST_HOST}/${repository}@${digest}`
    },
    corrupt(digest) {
      const blob = blobs.get(digest)
      if (blob !== undefined) blobs.set(digest, { ...blob, data: gzipSync(Buffer.from('something else')) })
    },
    digests: () => [...blobs.keys()],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An image with a shell that runs `script` as /app/run.sh, in both runtimes. */
export async function pushShellImage(registry: TestRegistry, script: string): Promise<string> {
  return registry.push(
    'default/shell',
    [
      { kind: 'base', files: await baseFiles() },
      {
        kind: 'app',
        files: [
          { name: 'app', type: 'directory', mode: 0o755 },
          { name: 'app/run.sh', data: script, mode: 0o755 },
        ],
      },
    ],
    { Cmd: ['sh', '/app/run.sh'], WorkingDir: '/app', Env: ['FROM_IMAGE=yes', 'PATH=/usr/bin:/bin'] },
  )
}
