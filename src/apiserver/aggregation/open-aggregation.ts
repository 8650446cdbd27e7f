/** Hands requests on to extension API servers, as APIServices tell, and keeps an eye on whether they answer. */
import { type ApiRequest, type ApiResponse, isApiError, type k8s, resources, type UserInfo } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { isStoreError } from '../../store/index.ts'
import { updateObject } from '../registry/update.ts'
import { statusContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { readText } from '../server/read-text.ts'
import { respondText } from '../server/response.ts'
import type { Aggregation, RemoteVersion } from './aggregation.ts'
import { type Availability, checkAvailability, withAvailability } from './availability.ts'
import { askExtensionServer } from './extension-server.ts'
import { type FrontProxy, publishTrust } from './front-proxy.ts'
import { registerLocalServices, serviceName } from './local-services.ts'
import { resourcesIn } from './remote-discovery.ts'

const CHECK_AVAILABLE_MS = 30_000
const CHECK_UNAVAILABLE_MS = 1000
const DISCOVERY_TIMEOUT_MS = 5000
const MAX_DISCOVERY_BYTES = 4 * 1024 * 1024
const SERVER: UserInfo = { name: 'system:kube-aggregator', groups: ['system:masters'] }

export type OpenAggregation = Aggregation & AsyncDisposable

export interface AggregationOptions {
  /** May still be in the making: not touched before `start` or the first request. */
  backend: () => Backend
  /** Called by `start` or the first request that is handed on, and again only where it failed. */
  openFrontProxy: () => Promise<FrontProxy>
  /** Who signs the certificates of this server's clients. */
  clientCaPem: string
}

/** Disposing stops the checks. */
export function openAggregation(options: AggregationOptions): OpenAggregation & { start(): void } {
  const { backend } = options
  let opened: Promise<FrontProxy> | undefined
  const frontProxy = () => {
    opened ??= options.openFrontProxy()
    opened.catch(() => (opened = undefined))
    return opened
  }
  const versions = new Map<string, RemoteVersion>()
  const stopped = new AbortController()
  const remoteService = (group: string, version: string): k8s.APIService | undefined => {
    const found = backend()
      .views.of(resources.apiservices)
      .get({ name: serviceName(group, version) })
    const service = found as unknown as k8s.APIService | undefined
    return service?.spec?.service ? service : undefined
  }
  const ask = async (spec: k8s.APIServiceSpec, request: ApiRequest, user: UserInfo) =>
    askExtensionServer(backend(), spec, { request, user, frontProxy: await frontProxy() })
  const publish = async () => publishTrust(backend(), await frontProxy(), options.clientCaPem)
  let done: Promise<void> = Promise.resolve()
  return {
    proxy(request, path, user) {
      const groupVersion = groupVersionIn(path)
      const service = groupVersion && remoteService(groupVersion.group, groupVersion.version)
      if (service === undefined) return undefined
      if (!isAvailable(service)) return Promise.resolve(unavailable('service unavailable'))
      return proxied(service.spec, () => ask(service.spec, request, user), backend())
    },
    localGroups: [],
    remoteVersions: () => [...versions.values()],
    start() {
      done = watchServices({ backend: backend(), versions, ask, publish, signal: stopped.signal })
    },
    async [Symbol.asyncDispose]() {
      stopped.abort()
      await done
    },
  }
}

/** The group and version that a path below `/apis` or `/openapi/v3/apis` is about. */
function groupVersionIn(path: string): { group: string; version: string } | undefined {
  if (!path.startsWith('/apis/') && !path.startsWith('/openapi/v3/apis/')) return undefined
  const [group, version] = path.slice(path.indexOf('/apis/') + '/apis/'.length).split('/')
  return group && version ? { group, version } : undefined
}

async function proxied(
  spec: k8s.APIServiceSpec,
  ask: () => Promise<ApiResponse>,
  { logger }: Backend,
): Promise<ApiResponse> {
  try {
    return await ask()
  } catch (error) {
    logger.debug({ service: spec.service, error: errorMessage(error) }, 'an extension API server does not answer')
    return unavailable(`error trying to reach service: ${errorMessage(error)}`)
  }
}

function unavailable(why: string): ApiResponse {
  const { status, headers, body } = respondText(503, `${why}\n`)
  return { status, headers: { ...headers, 'retry-after': '1' }, body }
}

const isAvailable = ({ status }: k8s.APIService): boolean =>
  (status?.conditions ?? []).some((condition) => condition.type === 'Available' && condition.status === 'True')

interface Watching {
  backend: Backend
  versions: Map<string, RemoteVersion>
  ask: (spec: k8s.APIServiceSpec, request: ApiRequest, user: UserInfo) => Promise<ApiResponse>
  /** Tells extension servers whom to trust. */
  publish: () => Promise<void>
  signal: AbortSignal
}

/** Checks each remote service now, when anything about services changes, and every so often. */
async function watchServices(watching: Watching): Promise<void> {
  const { backend, signal } = watching
  const { apiservices } = resources
  let published = false
  while (!signal.aborted) {
    const { generation } = backend.views.of(apiservices)
    let waitMs = CHECK_AVAILABLE_MS
    try {
      if (!published) await watching.publish()
      published = true
      await registerLocalServices(backend)
      if (!(await checkAll(watching))) waitMs = CHECK_UNAVAILABLE_MS
    } catch (error) {
      if (signal.aborted || isStoreError(error, 'closed')) return
      backend.logger.warn({ error: errorMessage(error) }, 'API services could not be checked')
      waitMs = CHECK_UNAVAILABLE_MS
    }
    await changeOrTimeout(backend, generation, waitMs, signal)
  }
}

/** Whether all remote services are available. */
async function checkAll(watching: Watching): Promise<boolean> {
  const { backend, versions } = watching
  const services = backend.views.of(resources.apiservices).list() as unknown as readonly k8s.APIService[]
  const remote = services.filter(({ spec }) => spec?.service)
  const names = new Set(remote.map(({ metadata }) => metadata.name))
  for (const name of versions.keys()) if (!names.has(name)) versions.delete(name)
  const results = await Promise.all(remote.map((service) => checkOne(watching, service)))
  return results.every(({ available }) => available)
}

async function checkOne(watching: Watching, service: k8s.APIService): Promise<Availability> {
  const { backend, versions } = watching
  const { name } = service.metadata
  const { spec } = service
  const result = await checkAvailability(backend, spec, async () => {
    versions.set(name, await discover(watching, spec))
  })
  const known = versions.get(name)
  if (!result.available && known !== undefined) versions.set(name, { ...known, stale: true })
  const before = service.status?.conditions ?? []
  const conditions = withAvailability(before, result, backend.clock.now())
  if (conditions !== before) await writeConditions(backend, name, conditions)
  return result
}

async function writeConditions(
  backend: Backend,
  name: string,
  conditions: readonly k8s.APIServiceCondition[],
): Promise<void> {
  try {
    await updateObject(
      backend,
      resources.apiservices,
      { name },
      (old) => ({ ...old, status: { ...(old.status as object | undefined), conditions } }),
      { part: 'status', context: statusContext() },
    )
  } catch (error) {
    // Gone, or changed by another: the next round looks again.
    if (!isApiError(error, 'NotFound') && !isApiError(error, 'Conflict')) throw error
  }
}

async function discover({ ask, signal }: Watching, spec: k8s.APIServiceSpec): Promise<RemoteVersion> {
  const { group = '', version = '' } = spec
  const read = async (url: string) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(DISCOVERY_TIMEOUT_MS)])
    const request: ApiRequest = {
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      body: '',
      signal: limited,
    }
    const response = await ask(spec, request, SERVER)
    const text = await readText(response, MAX_DISCOVERY_BYTES)
    if (response.status !== 200)
      throw new Error(`failing or missing response from ${url}: bad status from ${url}: ${response.status}`)
    return text
  }
  const resources = resourcesIn(await read(`/apis/${group}/${version}`), { group, version })
  const openApiUrl = await read('/openapi/v3').then(
    (text) => openApiUrlIn(text, `apis/${group}/${version}`),
    () => undefined,
  )
  return { group, version, resources, openApiUrl, stale: false }
}

function openApiUrlIn(text: string, path: string): string | undefined {
  const index = JSON.parse(text) as { paths?: Record<string, { serverRelativeURL?: unknown } | undefined> } | null
  const url = index?.paths?.[path]?.serverRelativeURL
  return typeof url === 'string' && url.startsWith(`/openapi/v3/${path}`) ? url : undefined
}

/** Waits until an APIService or the set of served kinds changes, or the time is up. */
async function changeOrTimeout(
  backend: Backend,
  generation: number,
  waitMs: number,
  parent: AbortSignal,
): Promise<void> {
  const round = new AbortController()
  const end = () => round.abort()
  parent.addEventListener('abort', end, { once: true })
  const unsubscribe = [
    backend.store.subscribe(() => {
      if (backend.views.of(resources.apiservices).generation !== generation) end()
    }),
    backend.catalog.onChange(end),
  ]
  try {
    if (parent.aborted || backend.views.of(resources.apiservices).generation !== generation) return
    await backend.clock.sleep(waitMs, round.signal)
  } finally {
    parent.removeEventListener('abort', end)
    for (const stop of unsubscribe) stop()
  }
}
