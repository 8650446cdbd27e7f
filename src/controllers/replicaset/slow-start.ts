/** Many creates in batches of 1, 2, 4, …: when one fails, as all of them probably would (a quota, a broken template),
 *  the rest is not tried. Source: k8s.io/kubernetes v1.34, slowStartBatch in pkg/controller/replicaset. */

/** Throws the first failure, after the batch it was in has ended. */
export async function slowStart(count: number, action: () => Promise<void>): Promise<void> {
  let remaining = count
  for (let batch = 1; remaining > 0; batch = Math.min(batch * 2, remaining)) {
    const outcomes = await Promise.allSettled(Array.from({ length: Math.min(batch, remaining) }, action))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    remaining -= outcomes.length
  }
}
