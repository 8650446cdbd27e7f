/** On which node preemption does the least harm. Source: kube-scheduler v1.34, pickOneNodeForPreemption. */
import { priorityOf } from '../snapshot.ts'
import { startedAtMs } from './importance.ts'
import type { Candidate } from './select-victims.ts'

/** Makes every priority count as more than none, so that few pods of negative priority are better than many. */
const ABOVE_ALL_PRIORITIES = 2 ** 31

const highest = ({ victims: [first] }: Candidate): number => (first === undefined ? 0 : priorityOf(first.pod))

/** Asked in turn while more than one candidate is left; less is better. */
const HARMS: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  highest,
  ({ victims }) => victims.reduce((sum, { pod }) => sum + priorityOf(pod) + ABOVE_ALL_PRIORITIES, 0),
  ({ victims }) => victims.length,
  // Of the most important victims the one that has run longest should have run as short as possible.
  (candidate) =>
    -Math.min(
      ...candidate.victims
        .filter(({ pod }) => priorityOf(pod) === highest(candidate))
        .map(({ pod }) => startedAtMs(pod)),
    ),
]

export function chooseCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates
  for (const harm of HARMS) {
    if (left.length <= 1) break
    const harms = left.map((candidate) => harm(candidate))
    const least = Math.min(...harms)
    left = left.filter((_, at) => harms[at] === least)
  }
  return left[0]
}
