/** Files of one volume that would lie on, or in, each other. */
import type { Volume, VolumeProjection } from '../../../generated/types.ts'

interface PlacedPath {
  path: string
  /** Where it comes from, in projected volumes. */
  source: string
}

export function pathOverlapWarnings(volumes: readonly Volume[]): string[] {
  return volumes.flatMap(({ name, configMap, secret, downwardAPI, projected }) => {
    if (configMap?.items) return overlapsOf(name, `ConfigMap ${quoted(configMap.name)}`, placed(configMap.items, ''))
    if (secret?.items) return overlapsOf(name, `Secret ${quoted(secret.secretName)}`, placed(secret.items, ''))
    if (downwardAPI?.items) return overlapsOf(name, 'DownwardAPI', placed(downwardAPI.items, ''))
    return projected?.sources === undefined ? [] : projectedWarnings(name, projected.sources)
  })
}

const projectedWarnings = (name: string, sources: readonly VolumeProjection[]): string[] => [
  ...sources
    .filter((source) => Object.values(source).every((one) => one === undefined))
    .map(() => `volume ${quoted(name)} (Projected) has no sources provided`),
  ...overlapsOf(name, 'Projected', sources.flatMap(pathsOf)),
]

const quoted = (text: string | undefined) => JSON.stringify(text ?? '')

const placed = (items: readonly { path: string }[], source: string): PlacedPath[] =>
  items.map(({ path }) => ({ path, source }))

function pathsOf(source: VolumeProjection): PlacedPath[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source
  if (configMap?.items) return placed(configMap.items, `ConfigMap ${quoted(configMap.name)}`)
  if (secret?.items) return placed(secret.items, `Secret ${quoted(secret.name)}`)
  if (downwardAPI?.items) return placed(downwardAPI.items, 'DownwardAPI')
  if (serviceAccountToken) return placed([serviceAccountToken], 'ServiceAccountToken')
  if (clusterTrustBundle) {
    const { name, signerName } = clusterTrustBundle
    return placed([clusterTrustBundle], `ClusterTrustBundle ${quoted(name ?? signerName)}`)
  }
  const { certificateChainPath, keyPath, credentialBundlePath } = podCertificate ?? {}
  return Object.entries({ chain: certificateChainPath, key: keyPath, 'credential bundle': credentialBundlePath })
    .filter((entry): entry is [string, string] => Boolean(entry[1]))
    .map(([what, path]) => ({ path, source: `PodCertificate ${what}` }))
}

function overlapsOf(volume: string, description: string, paths: readonly PlacedPath[]): string[] {
  const trimmed = paths.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }))
  return trimmed.flatMap((one, index) =>
    trimmed
      .slice(0, index)
      .filter((other) => overlap(one.path, other.path))
      .map(
        (other) =>
          `volume ${quoted(volume)} (${description}): overlapping paths: ${printed(one)} with ${printed(other)}`,
      ),
  )
}

const overlap = (a: string, b: string) =>
  a !== '' && b !== '' && (`${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`))

const printed = ({ path, source }: PlacedPath) => (source === '' ? quoted(path) : `${quoted(path)} (${source})`)
