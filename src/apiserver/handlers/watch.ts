/** `GET ?watch=true` of a collection: newline-separated events, from a revision on, until the caller goes, the time is
 *  up or the server stops. Source: "Efficient detection of changes" in Kubernetes API concepts, v1.34. */
import { type ApiError, type ApiResponse, apiVersionOf, type Resource } from '../../api/index.ts'
import { parseJson } from '../../api/machinery.ts'
import { type Entry, isStoreError, type StoreEvent } from '../../store/index.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { expired, toApiError, tooLargeResourceVersion } from '../server/failure.ts'
import { isTrue } from '../routing/request-info.ts'
import { integer, resourceVersion } from './parameters.ts'
import { checkWatchOptions } from './request-options.ts'
import { type Presenter, presenterFor } from './present.ts'
import { listServed, servedEvents } from '../registry/stored-form.ts'
import { type Selection, selectionOf } from './selection.ts'
import { PacedWatch } from './paced-watch.ts'
import { line } from './watch-texts.ts'

/** A watch without `timeoutSeconds` lasts between one and two of these, so that not all are renewed at once. */
const DEFAULT_TIMEOUT_SECONDS = 1800
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

interface WatchPlan {
  resource: Resource
  presenter: Presenter
  selection: Selection
  /** Events after this revision; undefined: the current objects first, then what follows. */
  after: number | undefined
  bookmarks: boolean
  /** Whether a bookmark tells the end of the initial events. */
  endInitial: boolean
  timeoutMs: number
  retired: AbortSignal | undefined
}

export function watchObjects(backend: Backend, request: ResourceRequest): ApiResponse {
  const plan = planWatch(backend, request)
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: stream(backend, plan, request.request.signal),
  }
}

function planWatch(backend: Backend, request: ResourceRequest): WatchPlan {
  const { query } = request.info
  const asked = integer(query, 'timeoutSeconds') ?? 0
  checkWatchOptions(query)
  const revision = resourceVersion(query) ?? 0
  const sendInitial = query.get('sendInitialEvents')
  const initial = sendInitial === null ? revision === 0 : isTrue(sendInitial)
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
  const seconds = asked > 0 ? asked : DEFAULT_TIMEOUT_SECONDS + backend.randomness.below(DEFAULT_TIMEOUT_SECONDS)
  return {
    resource: request.resource,
    presenter: presenterFor(backend, request, 'object'),
    selection: selectionOf(backend, request),
    after: initial ? undefined : revision || backend.store.revision,
    bookmarks,
    endInitial: bookmarks && sendInitial !== null && initial,
    timeoutMs: seconds * 1000,
    retired: request.model.retired,
  }
}

async function* stream(backend: Backend, plan: WatchPlan, caller: AbortSignal): AsyncGenerator<string> {
  using life = backend.streams.open(caller, plan.retired)
  using timeout = abortAfter(backend, plan.timeoutMs, life.signal)
  try {
    let after = plan.after
    if (after === undefined) {
      const { entries, revision } = await listServed(backend, plan.resource, plan.selection.prefix)
      yield joined(
        entries
          .filter((entry) => plan.selection.selects(entry))
          .map((entry) => line('ADDED', plan.presenter.event(entry.value))),
      )
      if (plan.endInitial) yield bookmark(plan.resource, revision, true)
      after = revision
    }
    if (after > backend.store.revision) throw tooLargeResourceVersion(after, backend.store.revision)
    const watch = backend.store.watch(plan.selection.prefix, { after, signal: timeout.signal })
    const paced = new PacedWatch(watch, plan.bookmarks ? backend.clock : undefined, timeout.signal)
    try {
      for (;;) {
        const batch = await paced.next()
        if (batch === undefined) yield bookmark(plan.resource, watch.revision, false)
        else if (batch.done) return
        else {
          const text = textOf(backend, plan, await servedEvents(backend, plan.resource, batch.value))
          if (text !== '') yield text
        }
      }
    } finally {
      await watch.return()
    }
  } catch (error) {
    if (timeout.signal.aborted || isStoreError(error, 'closed')) return
    const failure = isStoreError(error, 'compacted') ? tooOld(plan, backend) : toApiError(error)
    if (failure.code === 500) backend.logger.error({ error: failure, resource: plan.resource.plural }, 'watch failed')
    yield line('ERROR', JSON.stringify(failure.status))
  }
}

function tooOld(plan: WatchPlan, backend: Backend): ApiError {
  const error = expired()
  error.status.message = `too old resource version: ${plan.after ?? 0} (${backend.store.compactedRevision})`
  return error
}

function textOf(backend: Backend, plan: WatchPlan, events: readonly StoreEvent[]): string {
  if (plan.presenter.aroundStored && plan.selection.everything) return backend.watchTexts.of(events)
  return joined(events.flatMap((event) => lineOf(event, plan) ?? []))
}

/** What an event means to a watch that selects some objects: one that starts to match is added to it, one that stops
 *  is deleted from it (and shown as it was when it matched, at the revision of the change). */
function lineOf(event: StoreEvent, { selection, presenter }: WatchPlan): string | undefined {
  const { entry, previous } = event
  const was = previous !== undefined && selection.selects(previous)
  if (event.type === 'delete') return was ? line('DELETED', presenter.event(entry.value)) : undefined
  const is = selection.selects(entry)
  if (is) return line(was ? 'MODIFIED' : 'ADDED', presenter.event(entry.value))
  return was ? line('DELETED', presenter.event(atRevision(previous, entry.revision))) : undefined
}

function atRevision(entry: Entry, revision: number): string {
  const object = parseJson(entry.value) as { metadata: { resourceVersion?: string } }
  object.metadata.resourceVersion = String(revision)
  return JSON.stringify(object)
}

const joined = (lines: readonly string[]) => lines.join('')

function bookmark(resource: Resource, revision: number, endOfInitial: boolean): string {
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(endOfInitial && { annotations: { [INITIAL_EVENTS_END]: 'true' } }),
  }
  return line('BOOKMARK', JSON.stringify({ kind: resource.kind, apiVersion: apiVersionOf(resource), metadata }))
}

/** A signal that aborts with `parent` or after `ms`. Disposing stops the clock. */
function abortAfter(backend: Backend, ms: number, parent: AbortSignal): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const end = () => controller.abort()
  if (parent.aborted) end()
  else parent.addEventListener('abort', end, { once: true })
  void backend.clock.sleep(ms, controller.signal).then(end)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      parent.removeEventListener('abort', end)
      end()
    },
  }
}
