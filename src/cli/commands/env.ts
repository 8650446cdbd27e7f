/** `naru env`: the configuration of an app. Values go in and are not shown again. */
import { type App, type AppBinding, type AppSpec, isApiError, apps } from '../../api/index.ts'
import { servingBase } from '../app/serving-base.ts'
import { targetName } from '../app/target.ts'
import { getApp } from '../cluster/apps.ts'
import { changeApp, type SpecPatch } from '../cluster/change-app.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import {
  configurationOf,
  pruneConfigurations,
  readConfiguration,
  variablesOf,
  writeConfiguration,
} from '../configuration/configuration.ts'
import { findReference } from '../configuration/find-reference.ts'
import { checkName, readFileOf, readGiven, type Variables } from '../configuration/read-variables.ts'
import { referencePatch, referencesOf, withoutReferences, withReference } from '../configuration/references.ts'
import { type ActionsOf, actionsOf } from '../command-table/actions.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { ensureNamespace } from '../deploy/apply-app.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { formatTable } from '../output/text.ts'
import { withBinding } from '../resources/bind.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

export const env: CommandRun = async (context, { words: [asked, ...words], options }) => {
  const { t, console, signal } = context
  const action = parseChoice('env', asked, actionsOf('env')) ?? 'list'
  const patienceMs = patience(options.timeout)
  const change = await changeOf(context, { action, words, from: options.from })
  const name = await targetName(context, options.app)
  await using cluster = await openCluster(context)
  const app = await findApp(cluster, name, signal)
  const present = variablesOf(await readConfiguration(cluster, { name, app, signal }))
  if (change === undefined) {
    list(context, { name, app, variables: present })
    return 0
  }
  const wished = change.variables(present)
  // What refers to something else is the App's own to say.
  if (change.from !== undefined && app === undefined) await getApp(cluster, name, signal)
  const refer = await referOf(cluster, change, signal)
  const moved = Object.keys(referencePatch(app?.spec ?? {}, refer(app?.spec ?? {}))).length > 0
  const names = moved ? [...change.names].toSorted() : changedNames(present, wished)
  if (names.length === 0) console.note(t('env.unchanged', { name }))
  else await apply(context, cluster, { name, app, wished, names, refer, patienceMs })
  if (Object.hasOwn(wished, 'PORT') && change.names.has('PORT')) console.note(t('env.port'))
  console.document({ app: name, namespace: cluster.namespace, changed: names, release: undefined })
  return 0
}

interface Change {
  variables: (present: Variables) => Variables
  /** Of all that it speaks of. */
  names: ReadonlySet<string>
  /** Where the value of the only name is. */
  from?: string
}

/** Undefined for `list`. All that can be refused is refused before anything is read from the cluster. */
async function changeOf(
  context: CommandContext,
  { action, words, from }: { action: ActionsOf<'env'>; words: readonly string[]; from: unknown },
): Promise<Change | undefined> {
  if (action === 'list') return undefined
  const [path = ''] = words
  const without = (names: ReadonlySet<string>) => (present: Variables) =>
    Object.fromEntries(Object.entries(present).filter(([name]) => !names.has(name)))
  if (typeof from === 'string') {
    if (action !== 'set' || words.length !== 1)
      throw CliError.of('badOptionValue', {
        option: '--from',
        value: from,
        expected: 'naru env set NAME --from db.host',
      })
    const names = new Set([checkName(path)])
    return { variables: without(names), names, from }
  }
  if (action === 'unset') {
    const names = new Set(words.map(checkName))
    return { variables: without(names), names }
  }
  const given = await (action === 'set' ? readGiven(context, words) : readFileOf(context, path))
  return { variables: (present) => ({ ...present, ...given }), names: new Set(Object.keys(given)) }
}

type Refer = (spec: Pick<AppSpec, 'env' | 'bindings'>) => Pick<AppSpec, 'env' | 'bindings'>

/** What becomes of the App's own references: a value that is set, or taken away, takes their place. */
async function referOf(cluster: Cluster, { names, from }: Change, signal: AbortSignal): Promise<Refer> {
  if (from === undefined) return (spec) => withoutReferences(spec, names)
  const [name = ''] = names
  const { reference, resource, known } = await findReference(cluster, from, signal)
  const bound = (bindings: AppBinding[]) => (resource === undefined ? bindings : withBinding(bindings, resource, known))
  return (spec) => withReference(spec, { name, reference, bound })
}

const changedNames = (before: Variables, after: Variables): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .toSorted()

function list(
  { t, console }: CommandContext,
  { name, app, variables }: { name: string; app: App | undefined; variables: Variables },
): void {
  const references = referencesOf(app?.spec ?? {})
  const names = [...new Set([...Object.keys(variables), ...references.keys()])].toSorted()
  const sourceOf = (variable: string) => (Object.hasOwn(variables, variable) ? undefined : references.get(variable))
  if (names.length === 0) console.note(t('env.none', { name }))
  else console.line(formatTable(names.map((variable) => [variable, sourceOf(variable) ?? ''])))
  const from = Object.fromEntries([...references].filter(([, source]) => source !== undefined))
  console.document({ app: name, variables: names, from })
}

interface Application {
  name: string
  app: App | undefined
  wished: Variables
  /** Of the variables that differ. */
  names: readonly string[]
  refer: Refer
  patienceMs: number
}

/** A new configuration is a new release; an app that is not deployed yet finds it when it is. */
async function apply(context: CommandContext, cluster: Cluster, application: Application): Promise<void> {
  const { t, console, signal } = context
  const { name, app, wished, names, refer, patienceMs } = application
  if (app === undefined) await ensureNamespace(cluster.client, cluster.namespace, signal)
  const configuration = await writeConfiguration(cluster, { name, app, variables: wished, signal })
  if (app === undefined) console.line(t('env.forLater', { name }))
  else {
    const base = await servingBase(context, cluster, app)
    const said =
      configuration === undefined
        ? { configuration: null, configurationVariables: null }
        : configurationOf(configuration, wished)
    const change = (now: App): SpecPatch => {
      const before = base(now)
      const known = { env: whole(before.env, now.spec.env), bindings: whole(before.bindings, now.spec.bindings) }
      return { ...before, ...said, ...referencePatch(known, refer(known)), description: `env: ${names.join(', ')}` }
    }
    const changed = await changeApp(cluster.client, app.metadata, { change, signal })
    const { status } = await rollOut(context, cluster.client, { app: changed, patienceMs })
    console.line(t('env.done', { name, release: status?.latestRelease ?? name }))
  }
  const now = await findApp(cluster, name, signal)
  await pruneConfigurations(cluster, { name, app: now, keep: configuration, nowMs: context.clock.now(), signal })
}

/** What a field will be: as the patch has it, else as it is. */
const whole = <T>(patched: T | null | undefined, present: T | undefined): T | undefined =>
  patched === undefined ? present : (patched ?? undefined)

async function findApp({ client, namespace }: Cluster, name: string, signal: AbortSignal): Promise<App | undefined> {
  try {
    return await client.get(apps, { namespace, name }, { signal })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
