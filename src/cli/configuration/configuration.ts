/** The configuration of an app: Secrets that do not change, one for each state it was in, so that an earlier release has
 *  the values it had. The App names the one of now. */
import { randomBytes } from 'node:crypto'
import { apiVersionOf, type App, APP_LABEL, apps, type k8s, releases, resources } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { Variables } from './read-variables.ts'

/** On the Secrets, beside the app's own label. */
const CONFIGURATION_LABEL = 'apps.naru.dev/configuration'
/** Random, not made from the values: a name must tell nothing of them. */
const SUFFIX_BYTES = 4

const selector = (name: string) => `${CONFIGURATION_LABEL}=${name}`

/** The Secret that holds until another is set; for an app that is not deployed yet, the newest one made for it. */
export async function readConfiguration(
  { client, namespace }: Pick<Cluster, 'client' | 'namespace'>,
  { name, app, signal }: { name: string; app: App | undefined; signal: AbortSignal },
): Promise<k8s.Secret | undefined> {
  const { items } = await client.list(resources.secrets, { namespace, labelSelector: selector(name), signal })
  if (app !== undefined) return items.find(({ metadata }) => metadata.name === app.spec.configuration)
  const newest = items.toSorted((a, b) => time(b) - time(a))
  return newest[0]
}

const time = ({ metadata }: k8s.Secret): number => Date.parse(metadata.creationTimestamp ?? '')

/** By name, as text. */
export const variablesOf = (secret: k8s.Secret | undefined): Variables =>
  Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  )

/** What an App says of it. */
export const configurationOf = (
  name: string,
  variables: Variables,
): { configuration: string; configurationVariables: string[] } => ({
  configuration: name,
  configurationVariables: Object.keys(variables).toSorted(),
})

/** A Secret goes with its app. */
const ownedBy = ({ metadata: { name, uid = '' } }: App): k8s.OwnerReference => ({
  apiVersion: apiVersionOf(apps),
  kind: apps.kind,
  name,
  uid,
})

/** Resolves to the name of the new Secret; undefined for no variables. */
export async function writeConfiguration(
  { client, namespace }: Cluster,
  { name, app, variables, signal }: { name: string; app: App | undefined; variables: Variables; signal: AbortSignal },
): Promise<string | undefined> {
  if (Object.keys(variables).length === 0) return undefined
  const secret = await client.create(
    resources.secrets,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: `${name}-env-${randomBytes(SUFFIX_BYTES).toString('hex')}`,
        namespace,
        labels: { [APP_LABEL]: name, [CONFIGURATION_LABEL]: name, 'app.kubernetes.io/managed-by': 'naru' },
        ...(app && { ownerReferences: [ownedBy(app)] }),
      },
      type: 'Opaque',
      immutable: true,
      data: Object.fromEntries(
        Object.entries(variables).map(([variable, value]) => [variable, Buffer.from(value).toString('base64')]),
      ),
    },
    { signal },
  )
  return secret.metadata.name
}

/** Gives an app what was set before it was there. */
export async function adoptConfiguration(
  { client }: Pick<Cluster, 'client'>,
  app: App,
  signal: AbortSignal,
): Promise<void> {
  const { namespace } = app.metadata
  if (app.spec.configuration === undefined || app.metadata.uid === undefined) return
  const patch = { metadata: { ownerReferences: [ownedBy(app)] } }
  await client.patch(resources.secrets, { namespace, name: app.spec.configuration }, patch, { signal })
}

/** Somebody else's may be made and not yet be named by the app. */
const YOUNG_MS = 10 * 60_000

/** Deletes those that neither the app nor a release of it names, and that have been there for a while. `app` is the App as it
 *  is now; `keep` is one that is about to be named. */
export async function pruneConfigurations(
  { client, namespace }: Cluster,
  options: { name: string; app: App | undefined; keep: string | undefined; nowMs: number; signal: AbortSignal },
): Promise<void> {
  const { name, app, keep, nowMs, signal } = options
  const list = await client.list(releases, { namespace, labelSelector: `${APP_LABEL}=${name}`, signal })
  const inUse = new Set([keep, app?.spec.configuration, ...list.items.map(({ spec }) => spec.configuration)])
  const { items } = await client.list(resources.secrets, { namespace, labelSelector: selector(name), signal })
  for (const secret of items)
    if (!inUse.has(secret.metadata.name) && nowMs - time(secret) > YOUNG_MS)
      await client.delete(resources.secrets, secret.metadata, { signal })
}
