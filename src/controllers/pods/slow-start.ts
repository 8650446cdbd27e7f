/** Many creates in batches of 1, 2, 4, …: when one fails, as all of them probably would (a quota, a broken template),
 *  the rest is not tried. Source: k8s.io/kubernetes v1.34, slowStartBatch in pkg/controller/replicaset. */

/** `action` is given 0, 1, … Throws the first failure, after the batch it was in has ended. */
export async function slowStart(count: number, action: (index: number) => Promise<void>): Promise<void> {
  let begun = 0
  for (let batch = 1; begun < count; batch *= 2) {
    const size = Math.min(batch, count - begun)
    const first = begun
    begun += size
    const outcomes = await Promise.allSettled(Array.from({ length: size }, (_, index) => action(first + index)))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
}
