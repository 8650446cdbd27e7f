/** The pause program as an OCI image in one tar archive that containerd imports. Same input, same bytes. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { type OciArchitecture, pauseProgram } from './pause-program.ts'

/** What sandboxes are started from; it is in no registry. */
export const PAUSE_IMAGE = 'naru.dev/pause:2'

const hex = (data: Buffer) => createHash('sha256').update(data).digest('hex')

async function tar(files: { name: string; data: Buffer; mode?: number }[]): Promise<Buffer> {
  const archive = pack()
  for (const { name, data, mode = 0o644 } of files) archive.entry({ name, mode, mtime: new Date(0) }, data)
  archive.finalize()
  return buffer(archive)
}

/** An OCI image layout (image-spec v1.1) as a tar archive. */
export async function pauseImageArchive(architecture: OciArchitecture): Promise<Buffer> {
  const layer = await tar([{ name: 'pause', data: pauseProgram(architecture), mode: 0o755 }])
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const config = json({
    architecture,
    os: 'linux',
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${hex(layer)}`] },
    history: [{ created_by: 'naru' }],
  })
  const descriptor = (mediaType: string, data: Buffer) => ({
    mediaType,
    digest: `sha256:${hex(data)}`,
    size: data.length,
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
  })
  const index = json({
    schemaVersion: 2,
    manifests: [
      {
        ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest),
        platform: { architecture, os: 'linux' },
        annotations: { 'io.containerd.image.name': PAUSE_IMAGE, 'org.opencontainers.image.ref.name': '2' },
      },
    ],
  })
  return tar([
    { name: 'oci-layout', data: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', data: index },
    ...[layer, config, manifest].map((data) => ({ name: `blobs/sha256/${hex(data)}`, data })),
  ])
}
