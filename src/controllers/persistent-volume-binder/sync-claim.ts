/** What to do about one claim. Source: kubernetes v1.34, pkg/controller/volume/persistentvolume (syncClaim). */
import {
  defaultStorageClass,
  findVolumeFor,
  isApiError,
  isBoundTo,
  type k8s,
  keyOf,
  namesStorageClass,
  resources,
  storageClassOf,
  volumeAnnotations,
  whyUnsuitable,
} from '../../api/index.ts'
import { isPodTerminal } from '../objects/index.ts'
import { bind } from './bind.ts'
import type { VolumeBinder } from './binder.ts'
import { claimKind, setClaimPhase } from './status.ts'

const { BETA_STORAGE_PROVISIONER, BIND_COMPLETED, BOUND_BY_CONTROLLER, SELECTED_NODE, STORAGE_PROVISIONER } =
  volumeAnnotations

type Claim = k8s.PersistentVolumeClaim

export function syncClaim(binder: VolumeBinder, claim: Claim): Promise<void> {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return syncBound(binder, claim)
  return claim.spec.volumeName ? syncNaming(binder, claim, claim.spec.volumeName) : syncUnbound(binder, claim)
}

/** A claim that was bound stays with its volume, or is lost. */
async function syncBound(binder: VolumeBinder, claim: Claim): Promise<void> {
  const { volumeName } = claim.spec
  const lost = (reason: string, message: string) =>
    setClaimPhase(binder, claim, 'Lost', { because: { reason, message } })
  if (!volumeName) {
    await lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!')
    return
  }
  const volume = binder.volume(volumeName) ?? (await readVolume(binder, volumeName))
  if (volume === undefined)
    await lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
  else if (volume.spec.claimRef === undefined || volume.spec.claimRef.uid === claim.metadata.uid)
    await bind(binder, volume, claim)
  else await lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly')
}

/** The cache of volumes may be behind that of claims: before a claim is lost, the server is asked. */
async function readVolume({ client }: VolumeBinder, name: string): Promise<k8s.PersistentVolume | undefined> {
  try {
    return await client.get(resources.persistentvolumes, { name })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

/** The user asked for this volume. */
async function syncNaming(binder: VolumeBinder, claim: Claim, volumeName: string): Promise<void> {
  const volume = binder.volume(volumeName)
  const warn = (reason: string, message: string) =>
    binder.record({ regarding: claimKind(claim), type: 'Warning', reason, message })
  if (volume !== undefined && isBoundTo(volume, claim)) return bind(binder, volume, claim)
  if (volume !== undefined && volume.spec.claimRef === undefined) {
    const why = whyUnsuitable(claim, volume)
    if (why === undefined) return bind(binder, volume, claim)
    warn('VolumeMismatch', `Cannot bind to requested volume ${JSON.stringify(volumeName)}: ${why}`)
  } else if (volume !== undefined) {
    warn('FailedBinding', `volume ${JSON.stringify(volumeName)} already bound to a different claim.`)
    if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] !== undefined) return
  }
  await setClaimPhase(binder, claim, 'Pending')
}

async function syncUnbound(binder: VolumeBinder, claim: Claim): Promise<void> {
  const className = storageClassOf(claim)
  const storageClass = className === '' ? undefined : binder.storageClass(className)
  const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
  const volume = findVolumeFor(claim, binder.volumes(), { reservedOnly: waits })
  if (volume !== undefined) return bind(binder, volume, claim)
  if (await assignDefaultClass(binder, claim)) return
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    binder.record({ regarding: claimKind(claim), type, reason, message })
  if (waits && claim.metadata.annotations?.[SELECTED_NODE] === undefined) {
    const [reason, message] = waitingFor(binder, claim)
    say('Normal', reason, message)
  } else if (className === '') {
    say('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
  } else if (storageClass === undefined) {
    say('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`)
  } else if (storageClass.provisioner.startsWith(IN_TREE)) {
    say('Warning', 'ProvisioningFailed', `no volume plugin matched name: ${storageClass.provisioner}`)
  } else {
    return askProvisioner(binder, claim, storageClass.provisioner)
  }
  await setClaimPhase(binder, claim, 'Pending')
}

/** Names of Kubernetes' own, none of which is built in here; `kubernetes.io/no-provisioner` is none by its name. */
const IN_TREE = 'kubernetes.io/'

function waitingFor(binder: VolumeBinder, claim: Claim): [reason: string, message: string] {
  const pods = binder
    .podsUsing(keyOf(claim))
    .filter((pod) => !isPodTerminal(pod) && !pod.spec.nodeName)
    .map(({ metadata }) => metadata.name)
  if (pods.length === 0) return ['WaitForFirstConsumer', 'waiting for first consumer to be created before binding']
  return ['WaitForPodScheduled', `waiting for pod${pods.length > 1 ? 's' : ''} ${pods.join(',')} to be scheduled`]
}

/** A claim from before there was a default class gets it once there is one. */
async function assignDefaultClass({ client, storageClasses }: VolumeBinder, claim: Claim): Promise<boolean> {
  if (namesStorageClass(claim)) return false
  const found = defaultStorageClass(storageClasses())
  if (found === undefined) return false
  const spec = { ...claim.spec, storageClassName: found.metadata.name }
  await client.update(resources.persistentvolumeclaims, { ...claim, spec })
  return true
}

async function askProvisioner({ client, record }: VolumeBinder, claim: Claim, provisioner: string): Promise<void> {
  const { annotations } = claim.metadata
  if (annotations?.[STORAGE_PROVISIONER] !== provisioner || annotations[BETA_STORAGE_PROVISIONER] !== provisioner) {
    const asked = { [BETA_STORAGE_PROVISIONER]: provisioner, [STORAGE_PROVISIONER]: provisioner }
    const metadata = { ...claim.metadata, annotations: { ...annotations, ...asked } }
    await client.update(resources.persistentvolumeclaims, { ...claim, metadata })
  }
  record({
    regarding: claimKind(claim),
    type: 'Normal',
    reason: 'ExternalProvisioning',
    message:
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the ` +
      'system administrator. If volume creation is delayed, please verify that the provisioner is running and ' +
      'correctly registered.',
  })
}
