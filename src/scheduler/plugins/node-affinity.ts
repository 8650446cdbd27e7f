import { matchesNodeRequirements, matchesNodeTerm } from '../../api/index.ts'
import { type FilterPlugin, type ScorePlugin, scaleToMax } from '../framework.ts'

/** `nodeSelector` and required node affinity. */
export const nodeAffinity: FilterPlugin = {
  name: 'NodeAffinity',
  wakesOn: ['NodeChanged'],
  begin: (pod) => {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    if (pod.spec.nodeSelector === undefined && required === undefined) return undefined
    return (node) =>
      matchesNodeRequirements(pod.spec, node)
        ? undefined
        : { reasons: ["node(s) didn't match Pod's node affinity/selector"], resolvable: false }
  },
}

/** Adds up the weights of the preferred terms a node satisfies. */
export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  begin: (pod) => {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (preferred.length === 0) return undefined
    return (node) =>
      preferred.reduce((sum, { weight, preference }) => sum + (matchesNodeTerm(preference, node) ? weight : 0), 0)
  },
  normalize: scaleToMax,
}
