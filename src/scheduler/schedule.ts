/** One decision, as a pure function: filter the nodes, score those left, take the best. */
import type { k8s } from '../api/index.ts'
import { invariant } from '../lib/index.ts'
import { type Filtered, filterNodes } from './filter.ts'
import { defaultProfile, type Profile } from './profile.ts'
import { scoreNodes } from './score.ts'
import type { Snapshot } from './snapshot.ts'

export type Decision =
  | { readonly fits: true; readonly node: string }
  | ({ readonly fits: false } & Pick<Filtered, 'rejections' | 'refusal'>)

export interface ScheduleOptions {
  profile?: Profile
  /** In [0, 1): chooses among equally good nodes. Left out, the first of them is taken. */
  random?: () => number
}

export function schedule(snapshot: Snapshot, pod: k8s.Pod, options: ScheduleOptions = {}): Decision {
  const profile = options.profile ?? defaultProfile
  const { feasible, ...refused } = filterNodes(snapshot, pod, profile)
  const [only, ...others] = feasible
  if (only === undefined) return { fits: false, ...refused }
  if (others.length === 0) return { fits: true, node: only.name }
  const scores = scoreNodes(snapshot, pod, { nodes: feasible, profile })
  const top = Math.max(...scores.map(({ total }) => total))
  const tied = scores.filter(({ total }) => total === top)
  const chosen = tied[Math.min(tied.length - 1, Math.floor((options.random?.() ?? 0) * tied.length))]
  invariant(chosen !== undefined, 'a feasible node has the best score')
  return { fits: true, node: chosen.node }
}
