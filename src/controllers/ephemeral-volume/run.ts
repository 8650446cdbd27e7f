/** Makes the claims of pods' generic ephemeral volumes: named for pod and volume, owned by the pod, gone with it.
 *  Source: kubernetes v1.34, pkg/controller/volume/ephemeral/controller.go. */
import {
  claimNameOf,
  isClaimOfPod,
  type k8s,
  keyOf,
  notClaimOfPod,
  parseKey,
  refKey,
  resources,
} from '../../api/index.ts'
import { type Informer, runController, source } from '../../client/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerReference } from '../objects/index.ts'

export async function runEphemeralVolumeController(context: ControllerContext): Promise<void> {
  const { informers } = context
  const [pods, claims] = await Promise.all([
    informers.of(resources.pods),
    informers.of(resources.persistentvolumeclaims),
  ])
  const record = context.events.for('ephemeral_volume')
  const podsByClaim = pods.index((pod) =>
    ephemeralVolumes(pod).map((volume) =>
      refKey({ namespace: pod.metadata.namespace, name: claimNameOf(pod, volume) ?? '' }),
    ),
  )
  await runController({
    ...context,
    name: 'ephemeral-volume',
    sources: [
      source(pods, (pod) => (ephemeralVolumes(pod).length > 0 ? [keyOf(pod)] : [])),
      // A claim that was taken away is made again.
      source(claims, (claim) => podsByClaim(keyOf(claim)).map(keyOf)),
    ],
    async reconcile(key) {
      const pod = pods.get(parseKey(key))
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return
      for (const volume of ephemeralVolumes(pod)) {
        try {
          await ensureClaim(context, claims, pod, volume)
        } catch (error) {
          const message = `ephemeral volume ${volume.name}: ${errorMessage(error)}`
          record({
            regarding: { ...pod, apiVersion: 'v1', kind: 'Pod' },
            type: 'Warning',
            reason: 'FailedBinding',
            message,
          })
          throw error
        }
      }
    },
  })
}

const ephemeralVolumes = ({ spec }: k8s.Pod) => (spec.volumes ?? []).filter(({ ephemeral }) => ephemeral !== undefined)

async function ensureClaim(
  { client }: ControllerContext,
  claims: Informer<k8s.PersistentVolumeClaim>,
  pod: k8s.Pod,
  volume: k8s.Volume,
): Promise<void> {
  const ref = { namespace: pod.metadata.namespace, name: claimNameOf(pod, volume) ?? '' }
  const present = claims.get(ref)
  if (present !== undefined) {
    if (isClaimOfPod(present, pod)) return
    throw new Error(notClaimOfPod(present, pod))
  }
  const template = volume.ephemeral?.volumeClaimTemplate
  if (template === undefined) return
  const { annotations, labels } = template.metadata ?? {}
  try {
    await client.create(resources.persistentvolumeclaims, {
      metadata: {
        ...ref,
        ...(annotations && { annotations }),
        ...(labels && { labels }),
        ownerReferences: [controllerReference(pod, resources.pods)],
      },
      spec: template.spec,
    })
  } catch (error) {
    throw new Error(`create PVC ${ref.name}: ${errorMessage(error)}`, { cause: error })
  }
}
