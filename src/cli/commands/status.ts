/** `naru status`: what runs, where, how well, and what it costs. */
import { type App, apps, isApiError, keyOf, type k8s, resources } from '../../api/index.ts'
import { appState } from '../cluster/apps.ts'
import { listVisible } from '../cluster/list-visible.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { type EngineInfo, readEngine, readLockHolder, readStopping } from '../engine/engine-info.ts'
import { type NaruProcess, naruProcesses } from '../engine/processes.ts'
import { engineDocument, isolationNote } from '../engine/words.ts'
import { formatAge, formatBytes, formatTable } from '../output/text.ts'

interface ClusterState {
  nodes: k8s.Node[]
  apps: App[]
}

/** Exit code 1 when no engine runs, so that scripts can ask. */
export const status: CommandRun = async (context) => {
  const { t, console, paths } = context
  const engine = await readEngine(paths)
  const processes = await naruProcesses(paths)
  const stopping = engine === undefined && (await readLockHolder(paths)) ? await readStopping(paths) : undefined
  if (stopping !== undefined) {
    const { pods, left } = stopping
    console.line(t('status.stopping', { pods, left }))
    console.document({ running: false, stopping: { pods, left }, processes })
    return 1
  }
  if (engine === undefined) {
    console.line(t('status.down'))
    for (const { role, pid } of processes) console.line(t('status.leftOver', { role, pid }))
    console.document({ running: false, processes })
    return 1
  }
  await using cluster = await openCluster(context)
  const state = await readState(cluster, context)
  console.line(formatTable(engineRows(context, engine, processes, state)))
  if (engine.isolation === 'none') console.line(`\n${console.style.warn(isolationNote(context))}`)
  console.line(`\n${state === undefined ? t('status.apiSilent') : appTable(context, state.apps)}`)
  console.document({
    ...engineDocument(engine),
    memoryBytes: processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    processes,
    nodes: state?.nodes.map((node) => ({ name: node.metadata.name, ready: isReady(node) })),
    apps: state?.apps.map((app) => ({
      namespace: app.metadata.namespace,
      name: app.metadata.name,
      state: appState(app),
      url: app.status?.url,
    })),
  })
  return 0
}

/** Undefined when the API does not answer: the rest of the status is worth showing all the same. */
async function readState(cluster: Cluster, { signal, namespace }: CommandContext): Promise<ClusterState | undefined> {
  try {
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) }
    const [nodes, list] = await Promise.all([
      readNodes(cluster, options),
      listVisible(cluster, apps, { ...options, namespace }),
    ])
    return { nodes, apps: list }
  } catch (error) {
    signal.throwIfAborted()
    if (isApiError(error) || (error instanceof Error && /Abort|Timeout/.test(error.name))) return undefined
    throw error
  }
}

/** None for who may not see them. */
async function readNodes({ client }: Cluster, options: { signal: AbortSignal }): Promise<k8s.Node[]> {
  try {
    return (await client.list(resources.nodes, options)).items
  } catch (error) {
    if (isApiError(error, 'Forbidden')) return []
    throw error
  }
}

function engineRows(
  { t, clock, console }: CommandContext,
  engine: EngineInfo,
  processes: readonly NaruProcess[],
  state: ClusterState | undefined,
): string[][] {
  const { good, bad, accent } = console.style
  const memory = (each: NaruProcess) => `${each.role} ${formatBytes(each.memoryBytes)}`
  const up = formatAge(clock.now() - Date.parse(engine.startedAt))
  const nodes = state?.nodes.map((node) => {
    const ready = isReady(node)
    return `${node.metadata.name} ${ready ? good(t('status.ready')) : bad(t('status.notReady'))}`
  })
  const total = processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
  return [
    [t('status.engine'), t('status.engineUp', { pid: engine.pid, age: up, version: engine.version })],
    [t('status.runtime'), engine.runtime],
    [t('status.gateway'), `${accent(engine.gateway.url)} ${engine.gateway.secureUrl ?? ''}`.trim()],
    [t('status.api'), engine.apiUrl],
    [t('status.node'), nodes?.join(', ') || '–'],
    [t('status.memory'), `${formatBytes(total)} (${processes.map(memory).join(', ')})`],
  ]
}

const isReady = (node: k8s.Node): boolean =>
  node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true

function appTable({ t, console }: CommandContext, list: readonly App[]): string {
  if (list.length === 0) return t('apps.none')
  const { good, bad, warn } = console.style
  const paint = { ready: good, maintenance: warn, progressing: warn, degraded: warn, failing: bad }
  return formatTable([
    [t('apps.column.app'), t('apps.column.state'), t('apps.column.url')],
    ...list.map((app) => {
      const state = appState(app)
      const name = app.metadata.namespace === 'default' ? app.metadata.name : keyOf(app)
      return [name, paint[state](t(`apps.state.${state}`)), app.status?.url ?? '–']
    }),
  ])
}
