/** Volumes behind claims: what the claim is bound to, as a directory of this machine. Words are those of kubernetes v1.34,
 *  pkg/kubelet/volumemanager/populator and pkg/volume/local. */
import { stat } from 'node:fs/promises'
import { claimNameOf, isClaimOfPod, isVolumeSource, type k8s, notClaimOfPod } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { failed } from './failed.ts'
import { prepareHostPath } from './host-path.ts'

/** Claims of the pod's namespace, and volumes. Throws where there is none of that name. */
export interface ClaimSource {
  claim(name: string): Promise<k8s.PersistentVolumeClaim>
  volume(name: string): Promise<k8s.PersistentVolume>
}

export interface ClaimVolume {
  path: string
  /** Whether the volume is given to the pod's group. */
  isManaged: boolean
}

const PROTECTION = 'kubernetes.io/pvc-protection'

export async function prepareClaimVolume(source: ClaimSource, pod: k8s.Pod, volume: k8s.Volume): Promise<ClaimVolume> {
  const name = claimNameOf(pod, volume) ?? ''
  const processing = (why: string) => failed(`error processing PVC ${pod.metadata.namespace}/${name}: ${why}`)
  const claim = await source.claim(name).catch((error: unknown) => {
    throw processing(`failed to fetch PVC from API server: ${errorMessage(error)}`)
  })
  if (claim.metadata.deletionTimestamp !== undefined && claim.metadata.finalizers?.includes(PROTECTION) !== true)
    throw processing('PVC is being deleted')
  if (claim.status?.phase !== 'Bound') throw processing('PVC is not bound')
  if (!claim.spec.volumeName) throw processing('PVC has empty pvc.Spec.VolumeName')
  if (volume.ephemeral !== undefined && !isClaimOfPod(claim, pod)) throw failed(notClaimOfPod(claim, pod))
  const quoted = JSON.stringify(claim.spec.volumeName)
  const bound = await source.volume(claim.spec.volumeName).catch((error: unknown) => {
    throw processing(`failed to fetch PV ${quoted} from API server: ${errorMessage(error)}`)
  })
  const { claimRef, volumeMode = 'Filesystem' } = bound.spec
  if (claimRef === undefined)
    throw processing(
      `found PV object ${quoted} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`,
    )
  if (claimRef.uid !== claim.metadata.uid)
    throw processing(
      `found PV object ${quoted} but its pv.Spec.ClaimRef.UID ${JSON.stringify(claimRef.uid ?? '')} does not point to ` +
        `claim.UID ${JSON.stringify(claim.metadata.uid ?? '')}`,
    )
  if (volumeMode !== 'Filesystem')
    throw failed(
      isMounted(pod, volume.name)
        ? `volume ${volume.name} has volumeMode ${volumeMode}, but is specified in volumeMounts`
        : `volumes of mode ${volumeMode} are not supported on this node`,
    )
  return openVolume(bound)
}

const isMounted = ({ spec }: k8s.Pod, volume: string) =>
  [...spec.containers, ...(spec.initContainers ?? [])].some(({ volumeMounts = [] }) =>
    volumeMounts.some(({ name }) => name === volume),
  )

async function openVolume({ spec }: k8s.PersistentVolume): Promise<ClaimVolume> {
  if (spec.hostPath !== undefined) return { path: await prepareHostPath(spec.hostPath), isManaged: false }
  if (spec.local === undefined) throw failed(`volumes of type ${sourceOf(spec)} are not supported on this node`)
  const { path } = spec.local
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw failed(`path ${JSON.stringify(path)} does not exist`)
  if (!found.isDirectory()) throw failed(`path ${JSON.stringify(path)} is not a directory`)
  return { path, isManaged: true }
}

const sourceOf = (spec: k8s.PersistentVolumeSpec) => Object.keys(spec).find((key) => isVolumeSource(key)) ?? 'unknown'
