/** No directories of the host. */
import { type CheckedPod, named, type PodCheck } from '../check.ts'

export const hostPathVolumes: PodCheck = { id: 'hostPathVolumes', level: 'baseline', versions: [{ since: 0, check }] }

function check({ spec }: CheckedPod) {
  const bad = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name)
  return bad.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named('volume', bad) }
}
