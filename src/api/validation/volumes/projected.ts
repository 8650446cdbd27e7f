/** Volumes of files from several sources. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateProjectionSources). */
import type { KeyToPath, ProjectedVolumeSource, VolumeProjection } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, required } from '../field-error.ts'
import { validateClusterTrustBundle } from './cluster-trust-bundle.ts'
import { validateDownwardApiFile, validateFilePath, validateKeyToPath, validateMode } from './files.ts'
import { type PathTaker, pathTaker } from './path-taker.ts'
import { validatePodCertificate } from './pod-certificate.ts'
import { validatePresent } from './present.ts'

const MIN_TOKEN_SECONDS = 600
const MAX_TOKEN_SECONDS = 2 ** 32

export function validateProjected({ defaultMode, sources = [] }: ProjectedVolumeSource, at: string): FieldError[] {
  const take = pathTaker(at)
  return [
    ...validateMode(defaultMode, `${at}.defaultMode`),
    ...(sources ?? []).flatMap((source, index) => validateProjection(source, at, index, take)),
  ]
}

function validateProjection(source: VolumeProjection, at: string, index: number, take: PathTaker): FieldError[] {
  const own = `${at}.sources[${index}]`
  const { secret, configMap, downwardAPI, serviceAccountToken: token, clusterTrustBundle, podCertificate } = source
  const errors: FieldError[] = []
  if (secret) errors.push(...validateKeys(secret, `${own}.secret`, take))
  if (configMap) errors.push(...validateKeys(configMap, `${own}.configMap`, take))
  for (const file of downwardAPI?.items ?? [])
    errors.push(...validateDownwardApiFile(file, `${own}.downwardAPI`), ...take(file.path))
  if (token) {
    errors.push(...validateTokenSeconds(token.expirationSeconds ?? 0, `${own}.serviceAccountToken.expirationSeconds`))
    // The path is said to be the volume's.
    errors.push(...(token.path ? validateFilePath(token.path, `${at}.path`) : [required(`${at}.path`)]))
  }
  if (clusterTrustBundle) {
    errors.push(...validateClusterTrustBundle(clusterTrustBundle, `${own}.clusterTrustBundle`))
    errors.push(...take(clusterTrustBundle.path))
  }
  if (podCertificate) errors.push(...validatePodCertificate(podCertificate, `${own}.podCertificate`, take))
  const count = [secret, configMap, downwardAPI, token, clusterTrustBundle, podCertificate].filter(Boolean).length
  return count > 1 ? [...errors, forbidden(own, 'may not specify more than 1 volume type per source')] : errors
}

function validateKeys(
  source: { name?: string | undefined; items?: KeyToPath[] | undefined },
  at: string,
  take: PathTaker,
): FieldError[] {
  return [
    ...validatePresent(source, ['name'], at),
    ...(source.items ?? []).flatMap((item, index) => [
      ...validateKeyToPath(item, `${at}.items[${index}]`),
      ...take(item.path, source.name ?? ''),
    ]),
  ]
}

function validateTokenSeconds(seconds: number, field: string): FieldError[] {
  if (seconds < MIN_TOKEN_SECONDS)
    return [invalidValue(field, seconds, 'may not specify a duration less than 10 minutes')]
  return seconds > MAX_TOKEN_SECONDS
    ? [invalidValue(field, seconds, 'may not specify a duration larger than 2^32 seconds')]
    : []
}
