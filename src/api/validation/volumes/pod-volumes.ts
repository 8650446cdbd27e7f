/** Volumes of pods and of templates. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateVolumes). */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type { EphemeralVolumeSource, ImageVolumeSource, Volume } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { initiatorTooLong, isTooLongForInitiator, validateFibreChannel, validateIscsi } from './block-devices.ts'
import { validateClaimTemplate } from './claim-spec.ts'
import {
  validateAwsElasticBlockStore,
  validateAzureDisk,
  validateAzureFile,
  validateCinder,
  validateGcePersistentDisk,
  validatePhoton,
  validatePortworx,
  validateVsphere,
} from './cloud.ts'
import { validateFlexVolume, validateInlineCsi, validateScaleIo, validateStorageOs } from './drivers.ts'
import { type SourceChecks, validateExactlyOne } from './exactly-one.ts'
import { validateConfigMapVolume, validateDownwardApiVolume, validateSecretVolume } from './files.ts'
import { validateEmptyDir, validateGitRepo, validateHostPath } from './host.ts'
import {
  validateCephFs,
  validateFlocker,
  validateGlusterfs,
  validateNfs,
  validateQuobyte,
  validateRbd,
} from './network.ts'
import { validatePresent } from './present.ts'
import { validateProjected } from './projected.ts'

export interface VolumeOptions {
  /** The volumes are a pod's own, not a template's. */
  ofPod?: boolean
  /** The name of the pod, where it is known: ephemeral volumes are claimed under it. */
  podName?: string | undefined
}

/** The errors, and the names of the volumes without any: those that mounts may refer to. */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  path: string,
  options: VolumeOptions = {},
): { names: Set<string>; errors: FieldError[] } {
  const names = new Set<string>()
  const claimed = new Set(
    (volumes ?? []).filter(({ ephemeral }) => ephemeral !== undefined).map(({ name }) => claimName(options, name)),
  )
  const errors = (volumes ?? []).flatMap((volume, index) => {
    const at = `${path}[${index}]`
    const own = [...validateSource(volume, at, options), ...validateName(volume.name, `${at}.name`)]
    if (names.has(volume.name)) own.push(duplicate(`${at}.name`, volume.name))
    if (own.length === 0) names.add(volume.name)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && claimed.has(claim)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume'
      own.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claim, why))
    }
    return own
  })
  return { names, errors }
}

/** The claim that is made for an ephemeral volume. */
const claimName = ({ podName }: VolumeOptions, volume: string) => (podName ? `${podName}-${volume}` : undefined)

const validateName = (name: string | undefined, field: string): FieldError[] =>
  name ? invalidFormat(field, name, dnsLabelProblems(name)) : [required(field)]

function validateSource({ name, ...sources }: Volume, at: string, options: VolumeOptions): FieldError[] {
  const checks: SourceChecks<Omit<Volume, 'name'>> = {
    ...SOURCES,
    iscsi: validateIscsi,
    image: (image, path) => validateImage(image, path, options),
    ephemeral: (ephemeral, path) => [
      ...validateEphemeral(ephemeral, path),
      ...validateClaimName(name, `${at}.name`, options),
    ],
  }
  const errors = validateExactlyOne(sources, checks, at)
  return sources.iscsi !== undefined && isTooLongForInitiator(name, sources.iscsi)
    ? [...errors, initiatorTooLong(`${at}.name`, name)]
    : errors
}

/** In Kubernetes' order. What depends on more than the source is set in `validateSource`. */
const SOURCES: SourceChecks<Omit<Volume, 'name'>> = {
  emptyDir: validateEmptyDir,
  hostPath: validateHostPath,
  gitRepo: validateGitRepo,
  gcePersistentDisk: validateGcePersistentDisk,
  awsElasticBlockStore: validateAwsElasticBlockStore,
  secret: validateSecretVolume,
  nfs: validateNfs,
  iscsi: validateIscsi,
  glusterfs: validateGlusterfs,
  flocker: validateFlocker,
  persistentVolumeClaim: (claim, at) => validatePresent(claim, ['claimName'], at),
  rbd: validateRbd,
  cinder: validateCinder,
  cephfs: validateCephFs,
  quobyte: validateQuobyte,
  downwardAPI: validateDownwardApiVolume,
  fc: validateFibreChannel,
  flexVolume: validateFlexVolume,
  configMap: validateConfigMapVolume,
  azureFile: validateAzureFile,
  vsphereVolume: validateVsphere,
  photonPersistentDisk: validatePhoton,
  portworxVolume: validatePortworx,
  azureDisk: validateAzureDisk,
  storageos: validateStorageOs,
  projected: validateProjected,
  scaleIO: validateScaleIo,
  csi: validateInlineCsi,
  ephemeral: validateEphemeral,
  image: (image, at) => validateImage(image, at, {}),
}

function validateEphemeral({ volumeClaimTemplate: template }: EphemeralVolumeSource, at: string): FieldError[] {
  const path = `${at}.volumeClaimTemplate`
  return template === undefined ? [required(path)] : validateClaimTemplate(template, path)
}

function validateClaimName(volume: string, field: string, options: VolumeOptions): FieldError[] {
  const claim = volume === '' ? undefined : claimName(options, volume)
  if (claim === undefined) return []
  const problems = dnsSubdomainProblems(claim).map((why) => `PVC name ${JSON.stringify(claim)}: ${why}`)
  return invalidFormat(field, volume, problems)
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']

function validateImage({ reference, pullPolicy }: ImageVolumeSource, at: string, options: VolumeOptions): FieldError[] {
  const errors = options.ofPod && !reference ? [required(`${at}.reference`)] : []
  if (!pullPolicy) errors.push(required(`${at}.pullPolicy`))
  else if (!PULL_POLICIES.includes(pullPolicy)) errors.push(notSupported(`${at}.pullPolicy`, pullPolicy, PULL_POLICIES))
  return errors
}
