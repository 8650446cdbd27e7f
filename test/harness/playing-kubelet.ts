/** Plays scheduler and kubelet for tests: binds pods to a node, gives them addresses, makes them Running and Ready,
 *  and ends those that are deleted. What a pod becomes can be chosen, to play a broken app. */
import { isApiError, type k8s, resources } from '../../src/api/index.ts'
import { type Client, openInformer } from '../../src/client/index.ts'
import { toKubernetesTime } from '../../src/lib/index.ts'

export interface PlayingKubeletOptions {
  client: Client
  nodeName?: string
  /** What becomes of a pod. Default: `ready`. `held` leaves it as it is until `release` is called. */
  fate?: (pod: k8s.Pod) => PodFate
}

export type PodFate = 'ready' | 'held' | 'running' | 'crashing' | 'succeeding' | 'failing'

export interface PlayingKubelet extends AsyncDisposable {
  /** Looks at all pods again, for instance after `fate` has changed its mind. */
  release(): void
}

export async function openPlayingKubelet(options: PlayingKubeletOptions): Promise<PlayingKubelet> {
  const { client, nodeName = 'node-1', fate = () => 'ready' as const } = options
  const pods = await openInformer(client, resources.pods)
  const inHand = new Set<Promise<void>>()
  let lastAddress = 1

  async function bind({ metadata }: k8s.Pod): Promise<k8s.Pod> {
    const target = { apiVersion: 'v1', kind: 'Node', name: nodeName }
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: metadata.name }, target }
    await client.subresource(resources.pods, metadata, 'binding', { body })
    return client.get(resources.pods, metadata)
  }

  async function tend(pod: k8s.Pod): Promise<void> {
    try {
      if (pod.metadata.deletionTimestamp !== undefined)
        return await client.delete(resources.pods, pod.metadata, { gracePeriodSeconds: 0 })
      const wished = fate(pod)
      if (wished === 'held' || (pod.status?.phase ?? 'Pending') !== 'Pending') return
      const bound = pod.spec?.nodeName ? pod : await bind(pod)
      await client.updateStatus(resources.pods, {
        ...bound,
        status: statusOf(bound, wished, `10.244.0.${++lastAddress}`),
      })
    } catch (error) {
      if (!isApiError(error, 'Conflict', 'NotFound')) throw error
    }
  }

  const start = (pod: k8s.Pod) => {
    const work = tend(pod)
    inHand.add(work)
    void work.finally(() => inHand.delete(work))
  }
  const undo = pods.onChange(({ type, object }) => {
    if (type !== 'deleted') start(object)
  })
  return {
    release: () => pods.list().forEach(start),
    async [Symbol.asyncDispose]() {
      undo()
      await Promise.allSettled(inHand)
      await pods[Symbol.asyncDispose]()
    },
  }
}

/** What the pod and its containers are, by fate. */
const STATES: Record<Exclude<PodFate, 'held'>, (now: string) => Partial<k8s.ContainerStatus> & { phase: string }> = {
  ready: (now) => ({ phase: 'Running', ready: true, state: { running: { startedAt: now } } }),
  running: (now) => ({ phase: 'Running', state: { running: { startedAt: now } } }),
  crashing: () => ({
    phase: 'Running',
    restartCount: 3,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 7, reason: 'Error' } },
  }),
  succeeding: () => ({ phase: 'Succeeded', state: { terminated: { exitCode: 0, reason: 'Completed' } } }),
  failing: () => ({ phase: 'Failed', state: { terminated: { exitCode: 7, reason: 'Error' } } }),
}

function statusOf(pod: k8s.Pod, fate: Exclude<PodFate, 'held'>, podIP: string): k8s.PodStatus {
  const now = toKubernetesTime(Date.now())
  const { phase, ...container } = STATES[fate](now)
  return {
    phase,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: now },
      { type: 'Ready', status: fate === 'ready' ? 'True' : 'False', lastTransitionTime: now },
    ],
    containerStatuses: (pod.spec?.containers ?? []).map(({ name, image = '' }) => ({
      name,
      image,
      imageID: image,
      ready: false,
      restartCount: 0,
      ...container,
    })),
  }
}
