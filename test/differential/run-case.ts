/** Sends a case's calls to both servers and tells what differs in the answers. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from './case.ts'
import { type Difference, differences } from './compare.ts'
import type { Answer, Call, Connection } from './connection.ts'
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
    const [own, other] = await Promise.all([answer(ours, call), answer(theirs, call)])
    const nowMs = Date.now()
    const answers = { ours: normalise(own, { nowMs }), theirs: normalise(other, { nowMs }) }
    exchanged.push({ call, ...answers, differences: differences(answers.ours, answers.theirs) })
  }
  return exchanged
}

const PATIENCE_MS = 10_000
const PAUSE_MS = 50

/** The last answer, if the one that was waited for never comes. */
async function answer(connection: Connection, call: Call): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const given = await connection.send(call)
    const { until } = call
    if (until === undefined || JSON.stringify(given.body).includes(until) || Date.now() > deadline) return given
    await sleep(PAUSE_MS)
  }
}
