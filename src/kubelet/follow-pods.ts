/** Follows the pods bound to the node: what changes of them, in the API or in the runtime, asks for a look at one. */
import { type k8s, resources } from '../api/index.ts'
import { openInformer, type Informer } from '../client/index.ts'
import { errorMessage, type WorkQueue } from '../lib/index.ts'
import type { FollowedPods, PodContext } from './pod/context.ts'
import { podsOnDisk } from './pod/leftovers.ts'
import { removeOrphan } from './pod/remove-orphan.ts'
import { StatusWriter } from './pod/status-writer.ts'
import { syncPod } from './pod/sync-pod.ts'
import { podWish } from './pod/wish.ts'
import { PodWorks, uidOf } from './pod/works.ts'
import { relister } from './relist.ts'
import { ConfigWatches } from './volumes/config-watches.ts'

/** Of pods, at once. */
const CONCURRENCY = 32

export interface FollowPodsOptions {
  /** Of the pods' uids. */
  queue: WorkQueue
  signal: AbortSignal
  nodeName: string
  /** Services have addresses only where there is a network for them. */
  hasServices: boolean
  /** Called once the node's pods are known. */
  following: () => void
}

/** Resolves when `signal` has aborted and the looks in hand are taken. From when it is `following`, the context has what
 *  is known of the pods. */
export async function followPods(context: PodContext, options: FollowPodsOptions): Promise<void> {
  const { queue, signal, nodeName, hasServices } = options
  const { client, runtime, logger, clock } = context
  const look = (uid: string) => queue.add(uid)
  await using services = hasServices
    ? await openInformer<k8s.Service>(client, resources.services, { signal, clock, logger })
    : undefined
  const fieldSelector = `spec.nodeName=${nodeName}`
  await using pods = await openInformer<k8s.Pod>(client, resources.pods, { fieldSelector, signal, clock, logger })
  await using configs = new ConfigWatches({ client, clock, logger, changed: look })
  const works = new PodWorks(look)
  const writer = new StatusWriter(client)
  const byUid = pods.index((pod) => [uidOf(pod)])
  const followed: FollowedPods = {
    services: () => services?.list() ?? [],
    pods: () => pods.list(),
    evict: (pod, message, condition) => works.evict(uidOf(pod), { message, condition }),
    retire: (pod) => works.retire(uidOf(pod)),
    hurry: (pod) => works.hurry(uidOf(pod)),
    configOf: (pod, source) => configs.keeping(uidOf(pod), source),
  }
  Object.assign(context, followed)
  hearOf(pods, { works, configs, writer, look })
  options.following()
  for (const uid of (await podsOnDisk(context)).keys()) look(uid)

  const relist = relister({
    runtime,
    changed: look,
    failed: (error) => logger.debug({ error: errorMessage(error) }, 'the runtime cannot be listed'),
  })
  relist()
  const watching = runtime.watch({ signal, changed: relist })
  await queue.run({
    signal,
    concurrency: CONCURRENCY,
    async handle(uid) {
      const [pod] = byUid(uid)
      if (pod === undefined) {
        const tell = works.forget(uid)
        writer.forget(uid)
        context.tokens.forget(uid)
        // The last look may have read some after its pod was gone.
        configs.remove(uid)
        await removeOrphan(context, uid)
        tell()
        return undefined
      }
      const { memory, hurry, signal: given } = works.begin(uid)
      const again = await syncPod(context, { pod, memory, writer, signal: AbortSignal.any([signal, given]), hurry })
      return signal.aborted ? undefined : again
    },
    onError: (uid, error) => {
      const name = byUid(uid)[0]?.metadata.name ?? uid
      logger.warn({ pod: name, error: errorMessage(error) }, 'pod cannot be brought to its wish, will retry')
    },
  })
  await watching
}

interface Hearing {
  works: PodWorks
  configs: ConfigWatches
  writer: StatusWriter
  look: (uid: string) => void
}

function hearOf(pods: Informer<k8s.Pod>, { works, configs, writer, look }: Hearing): void {
  pods.onChange(({ type, object, old }) => {
    const uid = uidOf(object)
    if (type === 'added') configs.put(object)
    else if (type === 'deleted') configs.remove(uid)
    const isGone = type === 'deleted'
    const isBeingDeleted = object.metadata.deletionTimestamp != null
    const isNewlyDeleted = isBeingDeleted && old?.metadata.deletionTimestamp == null
    const isSooner = isBeingDeleted && !isNewlyDeleted && old !== undefined && graceOf(object) < graceOf(old)
    if (isGone || isNewlyDeleted) works.interrupt(uid)
    if (isGone || isSooner) works.hurry(uid)
    // Our own status comes back as an event and asks for nothing; what others made of it does.
    const isSameWish = old !== undefined && !isNewlyDeleted && podWish(old) === podWish(object)
    if (!isSameWish || writer.isContradicted(object)) look(uid)
  })
}

const graceOf = ({ metadata }: k8s.Pod): number => metadata.deletionGracePeriodSeconds ?? Infinity
