/** `naru env`: the configuration of an app. Values go in and are not shown again. */
import { type App, isApiError, apps } from '../../api/index.ts'
import { servingBase } from '../app/serving-base.ts'
import { targetName } from '../app/target.ts'
import { changeApp } from '../cluster/change-app.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import {
  pruneConfigurations,
  readConfiguration,
  variablesOf,
  writeConfiguration,
} from '../configuration/configuration.ts'
import { checkName, readFileOf, readGiven, type Variables } from '../configuration/read-variables.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { ensureNamespace } from '../deploy/apply-app.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

const ACTIONS = ['list', 'set', 'unset', 'import'] as const

export const env: CommandRun = async (context, { words: [asked, ...words], options }) => {
  const action = parseChoice('env', asked, ACTIONS) ?? 'list'
  const patienceMs = patience(options.timeout)
  const change = await changeOf(context, action, words)
  const name = await targetName(context, options.app)
  await using cluster = await openCluster(context)
  const app = await findApp(cluster, name, context.signal)
  const present = variablesOf(await readConfiguration(cluster, { name, app, signal: context.signal }))
  if (change === undefined) {
    list(context, name, present)
    return 0
  }
  const wished = change(present)
  const names = changedNames(present, wished)
  if (names.length === 0) context.console.note(context.t('env.unchanged', { name }))
  else await apply(context, cluster, { name, app, wished, names, patienceMs })
  context.console.document({ app: name, namespace: cluster.namespace, changed: names, release: undefined })
  return 0
}

type Change = (present: Variables) => Variables

/** Undefined for `list`. All that can be refused is refused before anything is read from the cluster. */
async function changeOf(
  context: CommandContext,
  action: (typeof ACTIONS)[number],
  words: readonly string[],
): Promise<Change | undefined> {
  if (action === 'list') return undefined
  const [path] = words
  if (path === undefined)
    throw CliError.of('missingArgument', { argument: 'variables', command: 'env', usage: `naru env ${action} …` })
  if (action === 'unset') {
    const gone = new Set(words.map(checkName))
    return (present) => Object.fromEntries(Object.entries(present).filter(([name]) => !gone.has(name)))
  }
  const given = await (action === 'set' ? readGiven(context, words) : readFileOf(context, path))
  return (present) => ({ ...present, ...given })
}

const changedNames = (before: Variables, after: Variables): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .toSorted()

function list({ t, console }: CommandContext, name: string, variables: Variables): void {
  const names = Object.keys(variables).toSorted()
  if (names.length === 0) console.note(t('env.none', { name }))
  else console.line(names.join('\n'))
  console.document({ app: name, variables: names })
}

interface Application {
  name: string
  app: App | undefined
  wished: Variables
  /** Of the variables that differ. */
  names: readonly string[]
  patienceMs: number
}

/** A new configuration is a new release; an app that is not deployed yet finds it when it is. */
async function apply(context: CommandContext, cluster: Cluster, application: Application): Promise<void> {
  const { t, console, signal } = context
  const { name, app, wished, names, patienceMs } = application
  if (app === undefined) await ensureNamespace(cluster.client, cluster.namespace, signal)
  const configuration = await writeConfiguration(cluster, { name, app, variables: wished, signal })
  if (app === undefined) console.line(t('env.forLater', { name }))
  else {
    const base = await servingBase(context, cluster, app)
    const news = { configuration: configuration ?? null, description: `env: ${names.join(', ')}` }
    const change = (now: App) => ({ ...base(now), ...news })
    const changed = await changeApp(cluster.client, app.metadata, { change, signal })
    const { status } = await rollOut(context, cluster.client, { app: changed, patienceMs })
    console.line(t('env.done', { name, release: status?.latestRelease ?? name }))
  }
  await pruneConfigurations(cluster, { name, app, keep: configuration, signal })
}

async function findApp({ client, namespace }: Cluster, name: string, signal: AbortSignal): Promise<App | undefined> {
  try {
    return await client.get(apps, { namespace, name }, { signal })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
