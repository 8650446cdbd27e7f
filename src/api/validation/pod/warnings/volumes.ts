/** Volumes of kinds that are out of use, and of claims with fractions of bytes. */
import type { PersistentVolumeClaimSpec, Volume } from '../../../generated/types.ts'
import { fractionalBytesWarnings } from '../../fractional-bytes.ts'

const DEPRECATED = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
} as const satisfies Partial<Record<keyof Volume, string>>

const KINDS = Object.keys(DEPRECATED) as (keyof typeof DEPRECATED)[]

export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`
    const warnings: string[] = []
    // One is spelled differently in the field's own name.
    for (const kind of KINDS)
      if (volume[kind] !== undefined)
        warnings.push(`${at}.${kind === 'storageos' ? 'storageOS' : kind}: ${DEPRECATED[kind]}`)
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec
    return claim === undefined
      ? warnings
      : [...warnings, ...claimSpecWarnings(claim, `${at}.ephemeral.volumeClaimTemplate.spec`)]
  })
}

/** Source: kubernetes v1.34, pkg/api/persistentvolumeclaim (GetWarningsForPersistentVolumeClaimSpec). */
export const claimSpecWarnings = ({ resources }: PersistentVolumeClaimSpec, path: string): string[] =>
  (['requests', 'limits'] as const).flatMap((list) =>
    fractionalBytesWarnings(resources?.[list]?.storage, `${path}.resources.${list}[storage]`),
  )
