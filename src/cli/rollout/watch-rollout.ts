/** Follows a rollout until it serves or has failed. */
import { type App, APP_LABEL, apps, type k8s, resources } from '../../api/index.ts'
import { type Client, type Informer, openInformer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import { diagnose } from './diagnose.ts'
import type { Diagnosis, RolloutFailure, RolloutPhase } from './failure.ts'
import type { RolloutSnapshot } from './snapshot.ts'

export interface WatchRolloutOptions {
  client: Client
  namespace: string
  name: string
  /** Of the App's spec that shall come to serve. */
  generation: number
  /** How long it may stay in one phase. */
  patienceMs: number
  clock: Clock
  signal: AbortSignal
  onProgress: (phase: RolloutPhase, detail: string) => void
}

export type RolloutEnd =
  | { state: 'serving'; app: App; url: string | undefined }
  /** `app` says whether a former version still serves. */
  | { state: 'failure'; failure: RolloutFailure; app: App | undefined }

/** Diagnoses change with time alone, too. */
const LOOK_AGAIN_MS = 250

/** Rejects only when `signal` aborts; a connection that breaks is made anew meanwhile. */
export async function watchRollout(options: WatchRolloutOptions): Promise<RolloutEnd> {
  const { client, namespace, name, clock, signal } = options
  await using stack = new AsyncDisposableStack()
  const labelSelector = `${APP_LABEL}=${name}`
  const opened = await Promise.all([
    openInformer(client, apps, { namespace, fieldSelector: `metadata.name=${name}`, signal, clock }),
    openInformer(client, resources.deployments, { namespace, labelSelector, signal, clock }),
    openInformer(client, resources.replicasets, { namespace, labelSelector, signal, clock }),
    openInformer(client, resources.pods, { namespace, labelSelector, signal, clock }),
    openInformer(client, resources.events, { namespace, signal, clock }),
  ])
  for (const informer of opened) stack.use(informer)
  const [appCache, deployments, replicaSets, pods, events] = opened
  const bell = openBell(opened as unknown as Informer<k8s.Pod>[])

  let phase: RolloutPhase | undefined
  let phaseSinceMs = clock.now()
  for (;;) {
    signal.throwIfAborted()
    const snapshot: RolloutSnapshot = {
      generation: options.generation,
      app: appCache.get({ namespace, name }),
      deployments: deployments.list(),
      replicaSets: replicaSets.list(),
      pods: pods.list(),
      events: events.list(),
      nowMs: clock.now(),
      phaseSinceMs,
      patienceMs: options.patienceMs,
    }
    const diagnosis: Diagnosis = diagnose(snapshot)
    if (diagnosis.state === 'serving' && snapshot.app !== undefined) return { ...diagnosis, app: snapshot.app }
    if (diagnosis.state === 'failure') return { ...diagnosis, app: snapshot.app }
    if (diagnosis.state === 'progress') {
      if (diagnosis.phase !== phase) {
        phase = diagnosis.phase
        phaseSinceMs = clock.now()
      }
      options.onProgress(diagnosis.phase, diagnosis.detail)
    }
    await bell.wait(clock, signal)
  }
}

/** Rings when any of the caches has changed. */
function openBell(informers: readonly Informer<k8s.Pod>[]): {
  wait: (clock: Clock, signal: AbortSignal) => Promise<void>
} {
  let ring = Promise.withResolvers<void>()
  for (const informer of informers)
    informer.onChange(() => {
      ring.resolve()
      ring = Promise.withResolvers<void>()
    })
  return {
    async wait(clock, signal) {
      const rung = ring.promise
      const timer = new AbortController()
      await Promise.race([rung, clock.sleep(LOOK_AGAIN_MS, AbortSignal.any([signal, timer.signal]))])
      timer.abort()
    },
  }
}
