/** Sends a case's calls to both servers and tells what differs in the answers. */
import type { Case } from './case.ts'
import { type Difference, differences } from './compare.ts'
import type { Answer, Call } from './connection.ts'
import { normalise } from './normalise.ts'
import type { Sides } from './sides.ts'

export interface Exchanged {
  call: Call
  ours: Answer
  theirs: Answer
  differences: readonly Difference[]
}

export async function runCase({ ours, theirs }: Sides, { calls }: Case): Promise<Exchanged[]> {
  const exchanged: Exchanged[] = []
  for (const call of calls) {
    const [own, other] = await Promise.all([ours.send(call), theirs.send(call)])
    const nowMs = Date.now()
    const answers = { ours: normalise(own, { nowMs }), theirs: normalise(other, { nowMs }) }
    exchanged.push({ call, ...answers, differences: differences(answers.ours, answers.theirs) })
  }
  return exchanged
}
