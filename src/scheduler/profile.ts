/** The rules, in the order they are asked. Source: kube-scheduler v1.34, default plugins and weights. Missing are
 *  NodeVolumeLimits and DynamicResources: there are no drivers here that limit volumes or offer devices. */
import type { FilterPlugin, ScorePlugin } from './framework.ts'
import { imageLocality } from './plugins/image-locality.ts'
import { interPodAffinity } from './plugins/inter-pod-affinity.ts'
import { interPodAffinityScore } from './plugins/inter-pod-affinity-score.ts'
import { nodeAffinity, nodeAffinityScore } from './plugins/node-affinity.ts'
import { nodeName } from './plugins/node-name.ts'
import { nodePorts } from './plugins/node-ports.ts'
import { balancedAllocation, leastAllocated, nodeResourcesFit } from './plugins/node-resources-fit.ts'
import { nodeUnschedulable } from './plugins/node-unschedulable.ts'
import { podTopologySpread, podTopologySpreadScore } from './plugins/pod-topology-spread.ts'
import { taintToleration, taintTolerationScore } from './plugins/taint-toleration.ts'
import { volumeBinding } from './plugins/volume-binding.ts'
import { volumeRestrictions } from './plugins/volume-restrictions.ts'
import { volumeZone } from './plugins/volume-zone.ts'

export interface Profile {
  readonly filters: readonly FilterPlugin[]
  readonly scores: readonly ScorePlugin[]
}

export const defaultProfile: Profile = {
  filters: [
    nodeUnschedulable,
    nodeName,
    taintToleration,
    nodeAffinity,
    nodePorts,
    nodeResourcesFit,
    volumeRestrictions,
    volumeBinding,
    volumeZone,
    podTopologySpread,
    interPodAffinity,
  ],
  scores: [
    taintTolerationScore,
    nodeAffinityScore,
    leastAllocated,
    podTopologySpreadScore,
    interPodAffinityScore,
    balancedAllocation,
    imageLocality,
  ],
}
