/** `naru add`: a database, a cache, a broker or a volume, and the app bound to it; a route; or Tomcat with a war file. */
import { type App, apps, type BackingResource, backingResources, isApiError, resources } from '../../api/index.ts'
import { addRoute } from '../app/add-route.ts'
import { targetName } from '../app/target.ts'
import { changeApp } from '../cluster/change-app.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { addWar } from '../deploy/add-war.ts'
import { toLabel } from '../deploy/input.ts'
import { ensureEngine } from '../engine/ensure-engine.ts'
import { CliError } from '../errors.ts'
import { CONTEXT } from '../kubeconfig/context-name.ts'
import { applyResource } from '../resources/apply-resource.ts'
import { isBound, withBinding } from '../resources/bind.ts'
import { provisionerFor } from '../resources/provisioners.ts'
import { readParams } from '../resources/read-params.ts'
import { serverImage } from '../resources/server-image.ts'
import { waitReady } from '../resources/wait-ready.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

/** A first start may make what it keeps for minutes without a word. */
const FIRST_START_MS = 180_000

export const add: CommandRun = async (context, input) => {
  const {
    arguments: [type = ''],
    options,
    lists,
  } = input
  if (type === 'tomcat') return addWar(context, input)
  if (type === 'route') return addRoute(context, input)
  const { t, console, signal } = context
  const patienceMs = patience(options.timeout)
  const params = readParams(lists.param ?? [])
  const name = resourceName(options.as, type)
  const appName = options.bind === false ? undefined : await targetName(context, options.app)
  const isOwn = context.kubeContext === undefined || context.kubeContext === CONTEXT
  const engine = isOwn ? (await ensureEngine(context)).engine : undefined
  await using cluster = await openCluster(context)
  const { client, namespace } = cluster
  const kind = typeof options.class === 'string' ? options.class : undefined
  const provisioner = await provisionerFor(cluster, { type, class: kind, signal })
  const given = typeof options.image === 'string' ? options.image : undefined
  const image = given ?? (engine && (await serverImage(context, provisioner, engine)))
  if (image === undefined && provisioner.spec.server !== undefined && provisioner.spec.image === undefined)
    throw CliError.of('resourceImageNeeded', { type })

  const app = appName === undefined ? undefined : await findApp(cluster, appName, signal)
  const spec = {
    type,
    ...(kind !== undefined && { class: kind }),
    ...(Object.keys(params).length > 0 && { params }),
    ...(image !== undefined && { image }),
  }
  await ensureNamespace(cluster, signal)
  await applyResource(cluster, { name, spec, forApp: appName, signal })
  const resource = await waitReady(context, client, {
    ref: { namespace, name },
    patienceMs: options.timeout === undefined ? FIRST_START_MS : patienceMs,
  })
  const bound = app && (await bind(context, cluster, { app, resource, patienceMs }))
  if (appName === undefined) console.line(t('add.done', { name, type }))
  else if (app === undefined) console.line(t('add.forLater', { name, type, app: appName }))
  else console.line(t('add.bound', { name, type, app: appName }))
  const binding = bound?.spec.bindings?.find((each) => each.resource === name)
  const variables = (resource.status?.environment ?? []).map((variable) => `${binding?.prefix ?? ''}${variable.name}`)
  if (variables.length > 0) console.note(t('add.variables', { variables: variables.join(', ') }))
  console.document({ name, namespace, type, image, app: appName, release: bound?.status?.latestRelease, variables })
  return 0
}

/** Throws CliError `nameInvalid`. */
function resourceName(given: string | boolean | undefined, type: string): string {
  const name = typeof given === 'string' ? given : type
  if (toLabel(name) !== name) throw CliError.of('nameInvalid', { name, example: toLabel(name) ?? 'db' })
  return name
}

/** A new release, which has it. */
async function bind(
  context: CommandContext,
  { client, namespace }: Cluster,
  { app, resource, patienceMs }: { app: App; resource: BackingResource; patienceMs: number },
): Promise<App> {
  const { signal } = context
  const { name } = resource.metadata
  if (isBound(app, name)) return app
  const { items } = await client.list(backingResources, { namespace, signal })
  const change = ({ spec }: App) => ({
    bindings: withBinding(spec.bindings ?? [], resource, items),
    description: `add: ${name}`,
  })
  const changed = await changeApp(client, app.metadata, { change, signal })
  return rollOut(context, client, { app: changed, patienceMs })
}

async function findApp({ client, namespace }: Cluster, name: string, signal: AbortSignal): Promise<App | undefined> {
  try {
    return await client.get(apps, { namespace, name }, { signal })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

async function ensureNamespace({ client, namespace }: Cluster, signal: AbortSignal): Promise<void> {
  try {
    await client.create(resources.namespaces, { metadata: { name: namespace }, spec: {} }, { signal })
  } catch (error) {
    // Who may work in a namespace may not always make one.
    if (!isApiError(error, 'AlreadyExists', 'Forbidden')) throw error
  }
}
