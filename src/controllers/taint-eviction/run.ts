/** Pods leave nodes with NoExecute taints they do not tolerate, when their time there is up. */
import { type k8s, keyOf, type ObjectRef, parseKey, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { evictionTimeMs, noExecuteTaints } from './due.ts'
import { evictPod } from './evict.ts'

export async function runTaintEvictionController(context: ControllerContext): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const [nodes, pods] = await Promise.all([informers.of(resources.nodes), informers.of(resources.pods)])
  const podsOn = pods.index(({ spec }) => (spec.nodeName ? [spec.nodeName] : []))
  const record = context.events.for('taint-eviction-controller')
  /** Since when pods that are to leave later are known to be, in epoch milliseconds, by key. */
  const waitingSinceMs = new Map<string, number>()

  const say = (ref: ObjectRef, pod: k8s.Pod | undefined, what: string) =>
    record({
      regarding: { metadata: { name: ref.name, namespace: ref.namespace }, ...pod, apiVersion: 'v1', kind: 'Pod' },
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message: `${what} Pod ${ref.namespace}/${ref.name}`,
    })

  await runController({
    name: 'taint-eviction',
    clock,
    logger,
    signal,
    sources: [
      source(nodes, (node) => (noExecuteTaints(node).length === 0 ? [] : podsOn(node.metadata.name).map(keyOf))),
      source(pods, (pod) => {
        const isConcerned = noExecuteTaints(nodes.get({ name: pod.spec.nodeName ?? '' })).length > 0
        return isConcerned || waitingSinceMs.has(keyOf(pod)) ? [keyOf(pod)] : []
      }),
    ],
    async reconcile(key) {
      const ref = parseKey(key)
      const pod = pods.get(ref)
      const nowMs = clock.now()
      const seenMs = waitingSinceMs.get(key) ?? nowMs
      const taints = pod === undefined ? [] : noExecuteTaints(nodes.get({ name: pod.spec.nodeName ?? '' }))
      const dueMs = pod === undefined ? undefined : evictionTimeMs(pod, taints, { seenMs })
      if (dueMs === undefined) {
        if (waitingSinceMs.delete(key)) say(ref, pod, 'Cancelling deletion of')
        return
      }
      if (dueMs > nowMs) {
        waitingSinceMs.set(key, seenMs)
        return dueMs - nowMs
      }
      waitingSinceMs.delete(key)
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return
      say(ref, pod, 'Marking for deletion')
      await evictPod({ client, clock }, pod)
    },
  })
}
