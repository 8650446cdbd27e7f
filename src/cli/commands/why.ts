/** `naru why`: which nodes take a pod, which filter of the scheduler keeps the others out, and how good each is. The
 *  same code as the scheduler's judges the cluster as the API tells of it now. */
import { explain, readSnapshot } from '../../scheduler/index.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { getPod } from '../cluster/pods.ts'
import type { CommandRun } from '../context.ts'
import { whyDocument } from '../why/document.ts'
import { whyText } from '../why/text.ts'

export const why: CommandRun = async (context, { arguments: [name = ''] }) => {
  const { console, signal } = context
  await using cluster = await openCluster(context)
  const pod = await getPod(cluster, name, signal)
  const { uid } = pod.metadata
  const explanation = explain(await readSnapshot(cluster.client, { signal, ...(uid && { without: uid }) }), pod)
  console.line(whyText(context, pod, explanation))
  console.document(whyDocument(pod, explanation))
  return 0
}
