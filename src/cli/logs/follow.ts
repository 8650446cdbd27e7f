/** Follows the logs of an app's pods: those there are, and each that comes, through restarts. */
import { APP_LABEL, type k8s, resources } from '../../api/index.ts'
import { type Client, openInformer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import { linesOf, type LogLine, type LogSelection, parseLogLine } from './read.ts'

export interface FollowOptions {
  client: Client
  namespace: string
  /** The app's. */
  name: string
  /** For the pods there are at the start; later ones are shown from their first line. */
  selection: LogSelection
  clock: Clock
  signal: AbortSignal
  onLine: (line: LogLine) => void
}

const AGAIN_MS = 500

/** Resolves when `signal` aborts, or rejects with its reason; a broken stream is opened anew where it ended. */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { client, namespace, name, signal, clock } = options
  const labelSelector = `${APP_LABEL}=${name}`
  await using pods = await openInformer(client, resources.pods, { namespace, labelSelector, signal, clock })
  const followed = new Map<string, Promise<void>>()
  let starting = true
  const stop = pods.onChange(({ type, object }) => {
    const uid = object.metadata.uid ?? object.metadata.name
    if (type === 'deleted' || followed.has(uid)) return
    const selection = starting ? options.selection : {}
    followed.set(
      uid,
      followPod({ ...options, selection }, object, () => pods.get(object.metadata)),
    )
  })
  starting = false
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } finally {
    stop()
    await Promise.all(followed.values())
  }
  throw signal.reason
}

async function followPod(options: FollowOptions, pod: k8s.Pod, current: () => k8s.Pod | undefined): Promise<void> {
  const { client, clock, signal, onLine } = options
  const { name, namespace } = pod.metadata
  const container = pod.spec?.containers[0]?.name ?? ''
  let selection = options.selection
  let last = ''
  while (!signal.aborted && current()?.metadata.uid === pod.metadata.uid) {
    const openedMs = clock.now()
    try {
      const query = { container, follow: true, timestamps: true, ...selection, signal }
      for await (const text of linesOf(client.logs({ namespace, name }, query))) {
        const line = parseLogLine(name, text)
        if (line.time !== '' && line.time <= last) continue
        last = line.time
        onLine(line)
      }
    } catch {
      // Not started yet, restarted, or the engine is away: asked again below for as long as the pod exists.
    }
    if (last !== '')
      selection = { sinceSeconds: Math.ceil((clock.now() - Math.min(openedMs, Date.parse(last))) / 1000) + 1 }
    await clock.sleep(AGAIN_MS, signal)
  }
}
