/** Follows an app: what its pods print, those there are and each that comes, and what happens to it, through releases,
 *  restarts and an engine that comes back. */
import { APP_LABEL, type App, apps, type k8s, PROCESS_LABEL, releases, resources } from '../../api/index.ts'
import { type Client, openInformer } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import type { Translate } from '../messages/translate.ts'
import type { LogEntry } from './entry.ts'
import { type KeyedEvent, podEvents, releaseEvents, warning } from './events.ts'
import { readHistory, withoutKey } from './history.ts'
import { containersOf, isOver } from './pod-name.ts'
import { type ContainerLog, lineOf, linesOf, logKey, type LogSelection } from './read.ts'

export interface FollowOptions {
  client: Client
  namespace: string
  /** The app's. */
  name: string
  /** Only this one; default: all, and what happens to releases. */
  process?: string | undefined
  /** For what there is at the start; what comes later is shown from its first line. */
  selection: LogSelection
  t: Translate
  clock: Clock
  signal: AbortSignal
  onEntry: (entry: LogEntry) => void
}

const AGAIN_MS = 500

/** Rejects with the reason of `signal` when that aborts; a broken stream is opened anew where it ended. */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { client, namespace, name, process, selection, t, clock, signal, onEntry } = options
  const { keep = () => true } = selection
  const ofApp = `${APP_LABEL}=${name}`
  const common = { namespace, signal, clock }
  await using opened = new AsyncDisposableStack()
  const pods = opened.use(
    await openInformer(client, resources.pods, { ...common, labelSelector: podSelector(name, process) }),
  )
  const events = opened.use(await openInformer(client, resources.events, { ...common, fieldSelector: 'type=Warning' }))
  const made = opened.use(await openInformer(client, releases, { ...common, labelSelector: ofApp }))
  const app = opened.use(await openInformer(client, apps, { ...common, fieldSelector: `metadata.name=${name}` }))
  const sources = { pods: pods.list(), releases: process === undefined ? made.list() : [], events: events.list() }
  const history = await readHistory({ client, t, sources, selection, nowMs: clock.now(), signal })
  history.entries.forEach(onEntry)

  const told = new Set(history.keys)
  const tell = (happened: readonly KeyedEvent[]) => {
    for (const event of happened) {
      if (told.has(event.key)) continue
      told.add(event.key)
      if (keep(event.text)) onEntry(withoutKey(event))
    }
  }
  const followed = new Map<string, Promise<void>>()
  const follow = (pod: k8s.Pod) => {
    for (const container of containersOf(pod)) {
      const key = logKey(pod, container)
      if (followed.has(key)) continue
      const current = () => pods.get(pod.metadata)
      followed.set(key, followContainer(options, { pod, container, current, before: history.logs.get(key) }))
    }
  }
  opened.defer(async () => void (await Promise.all(followed.values())))
  opened.defer(
    pods.onChange(({ type, object }) => {
      tell(podEvents(t, object))
      if (type !== 'deleted') follow(object)
    }),
  )
  opened.defer(
    events.onChange(({ object }) => {
      const { kind, namespace: of, name: about = '' } = object.involvedObject
      const pod = kind === 'Pod' ? pods.get({ namespace: of ?? namespace, name: about }) : undefined
      if (pod !== undefined) tell(warning(t, pod, object))
    }),
  )
  if (process === undefined) {
    opened.defer(made.onChange(({ type, object }) => void (type === 'deleted' || tell(releaseEvents(t, object)))))
    opened.defer(
      app.onChange(({ object, old }) => {
        if (old !== undefined) tell(servingChange(t, { old, now: object, nowMs: clock.now() }))
      }),
    )
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  throw signal.reason
}

/** The pods of an app, or of one of its processes. */
export const podSelector = (name: string, process: string | undefined): string =>
  process === undefined ? `${APP_LABEL}=${name}` : `${APP_LABEL}=${name},${PROCESS_LABEL}=${process}`

/** Who answers has changed: a deploy or a rollback has arrived. */
function servingChange(t: Translate, { old, now, nowMs }: { old: App; now: App; nowMs: number }): KeyedEvent[] {
  const { servingRelease, traffic = [] } = now.status ?? {}
  if (servingRelease === undefined || servingRelease === old.status?.servingRelease) return []
  const number = traffic.find(({ release }) => release === servingRelease)?.number
  const release = number === undefined ? servingRelease : `v${number}`
  const key = `${now.metadata.uid}/serving/${now.metadata.resourceVersion}`
  const text = t('logs.event.serving', { release })
  return [{ key, kind: 'event', time: toKubernetesTime(nowMs), tone: 'good', reason: 'Serving', release, text }]
}

interface Followed {
  pod: k8s.Pod
  container: string
  /** The pod as it is now. */
  current: () => k8s.Pod | undefined
  /** What has been shown of it. */
  before: ContainerLog | undefined
}

async function followContainer(options: FollowOptions, { pod, container, current, before }: Followed): Promise<void> {
  const { client, clock, signal, onEntry } = options
  const { keep = () => true } = options.selection
  const { sinceSeconds, tailLines } = before === undefined ? {} : options.selection
  const { name, namespace } = pod.metadata
  let last = before?.last ?? ''
  let range = { ...(sinceSeconds !== undefined && { sinceSeconds }), ...(tailLines !== undefined && { tailLines }) }
  while (!signal.aborted) {
    const now = current()
    if (now === undefined || now.metadata.uid !== pod.metadata.uid) return
    const ends = isOver(now, container)
    if (last !== '') range = { sinceSeconds: Math.max(1, Math.ceil((clock.now() - Date.parse(last)) / 1000) + 1) }
    const shown = last
    try {
      const query = { container, follow: true, timestamps: true, ...range, signal }
      for await (const text of linesOf(client.logs({ namespace, name }, query))) {
        const line = lineOf(pod, container, text)
        // Of what this stream begins with; what comes later is new, though it may be of one time.
        if (line.time !== '' && line.time <= shown) continue
        if (line.time > last) last = line.time
        if (keep(line.text)) onEntry(line)
      }
      if (ends) return
    } catch {
      // Not started yet, restarted, or the engine is away: asked again below for as long as the pod exists.
    }
    await clock.sleep(AGAIN_MS, signal)
  }
}
