/** Says of a claim that is to grow who will do it: nothing that can be expanded is built in, so whoever made the volume.
 *  Source: kubernetes v1.34, pkg/controller/volume/expand/expand_controller.go. */
import { compareQuantities, type k8s, keyOf, parseKey, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'

export async function runVolumeExpandController(context: ControllerContext): Promise<void> {
  const claims = await context.informers.of(resources.persistentvolumeclaims)
  const record = context.events.for('volume_expand')
  await runController({
    ...context,
    name: 'volume-expand',
    sources: [source(claims, (claim) => (isToGrow(claim) ? [keyOf(claim)] : []))],
    async reconcile(key) {
      const claim = claims.get(parseKey(key))
      if (claim === undefined || !isToGrow(claim)) return
      record({
        regarding: { ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
        type: 'Normal',
        reason: 'ExternalExpanding',
        message: 'waiting for an external controller to expand this PVC',
      })
    },
  })
}

const isToGrow = ({ spec, status }: k8s.PersistentVolumeClaim) =>
  status?.phase === 'Bound' &&
  compareQuantities(spec.resources?.requests?.storage ?? '0', status.capacity?.storage ?? '0') > 0
