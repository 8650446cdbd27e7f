/** Brings the objects of a Resource in line with it, and tells on it how it goes. */
import {
  apiVersionOf,
  type BackingResource,
  backingResources,
  isApiError,
  type KubeObject,
  parseKey,
  type Provisioner,
  resources,
  type ResourceVariable,
} from '../api/index.ts'
import { type Client, writeStatus } from '../client/index.ts'
import type { Clock } from '../lib/index.ts'
import type { ResourceCaches } from './caches.ts'
import { chooseProvisioner, kindKey } from './choose-provisioner.ts'
import { ResourceFailure } from './errors.ts'
import { leaveToController } from './leave-to-controller.ts'
import { isOwned } from './objects/owned.ts'
import { ensureSecrets } from './objects/secrets.ts'
import { ensure } from './objects/write.ts'
import { backupsName } from './render/backups.ts'
import { fixedParamsOf } from './render/params.ts'
import { isRetained, render, type Rendered, secretNames } from './render/render.ts'
import { readinessOf } from './status/readiness.ts'
import { type Outcome, resourceStatus } from './status/resource-status.ts'

export interface ResourceController {
  client: Client
  clock: Clock
  caches: ResourceCaches
  /** Naru's own. */
  provisioners: readonly Provisioner[]
  /** What is made by chance. */
  newSecret: () => string
}

/** A Secret of the user's is not followed, for it has no label: it is looked at again. */
const LOOK_AGAIN_MS = 10_000

/** Resolves to the milliseconds after which to look again. */
export async function reconcileResource(controller: ResourceController, key: string): Promise<number | undefined> {
  const { client, clock, caches } = controller
  const resource = caches.resources.get(parseKey(key))
  if (resource === undefined || resource.metadata.deletionTimestamp !== undefined) return undefined
  let outcome: Outcome
  let waitMs: number | undefined
  try {
    const provisioner = provisionerOf(controller, resource)
    const { controller: program } = provisioner.spec
    if (program !== undefined) {
      await leaveToController(client, { resource, controller: program, nowMs: clock.now() })
      return undefined
    }
    // Before anything is made, so that what cannot be rendered leaves no secrets behind.
    const names = secretNames(provisioner)
    const probe = Object.fromEntries(names.map((name) => [name, name]))
    waitMs = render({ resource, provisioner, secrets: probe }).isBindingGiven ? LOOK_AGAIN_MS : undefined
    const wish = {
      resource,
      names,
      fixed: fixedParamsOf(resource, provisioner),
      isRetained: isRetained(resource, provisioner),
      newSecret: controller.newSecret,
    }
    const secrets = await ensureSecrets(client, wish)
    outcome = await write(controller, resource, render({ resource, provisioner, secrets }))
  } catch (error) {
    if (!(error instanceof ResourceFailure)) throw error
    outcome = { state: 'failed', reason: error.reason, message: error.message }
    if (error.reason === 'SecretNotFound' || error.reason === 'NameTaken') waitMs = LOOK_AGAIN_MS
  }
  await writeStatus(client, backingResources, resource, resourceStatus(resource, outcome, clock.now()))
  return waitMs
}

function provisionerOf({ caches, provisioners: own }: ResourceController, { spec }: BackingResource): Provisioner {
  const stored = caches.provisioners.list()
  const found = chooseProvisioner(spec, { stored, own })
  if (found !== undefined) return found
  const known = [...new Set([...stored, ...own].map((provisioner) => kindKey(provisioner.spec)))].toSorted().join(', ')
  throw new ResourceFailure(
    'ProvisionerNotFound',
    `no Provisioner makes the type ${kindKey(spec)}; there are: ${known || 'none'}`,
  )
}

async function write(
  { client, caches }: ResourceController,
  resource: BackingResource,
  rendered: Rendered,
): Promise<Outcome> {
  const { objects, binding, isBindingGiven, volume } = rendered
  for (const wished of objects) await ensure(client, { resource, wished, present: caches.find(wished) })
  await endBackups({ client, caches }, resource, objects)
  const environment = isBindingGiven ? await givenEnvironment(client, resource, rendered) : rendered.environment
  return { state: 'written', readiness: readinessOf(objects, caches.find), binding, environment, volume }
}

/** Backups that are switched off are made no more; those there are stay, in their volume. */
async function endBackups(
  { client, caches }: Pick<ResourceController, 'client' | 'caches'>,
  resource: BackingResource,
  wished: readonly KubeObject[],
): Promise<void> {
  const { apiVersion, kind } = { apiVersion: apiVersionOf(resources.cronjobs), kind: resources.cronjobs.kind }
  const metadata = { namespace: resource.metadata.namespace, name: backupsName(resource) }
  const isWished = wished.some((object) => object.kind === kind && object.metadata.name === metadata.name)
  const present = isWished ? undefined : caches.find({ apiVersion, kind, metadata })
  if (present === undefined || !isOwned(present, resource)) return
  const { uid } = present.metadata
  try {
    await client.delete(resources.cronjobs, metadata, {
      propagationPolicy: 'Background',
      ...(uid !== undefined && { preconditions: { uid } }),
    })
  } catch (error) {
    if (!isApiError(error, 'NotFound', 'Conflict')) throw error
  }
}

/** The variables for which the user's Secret has something. */
async function givenEnvironment(
  client: Client,
  { metadata: { namespace } }: BackingResource,
  { binding, environment }: Rendered,
): Promise<ResourceVariable[]> {
  try {
    const { data = {} } = await client.get(resources.secrets, { namespace, name: binding })
    return environment.filter(({ key }) => Object.hasOwn(data, key))
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    throw new ResourceFailure(
      'SecretNotFound',
      `there is no Secret ${namespace}/${binding}; make it with what is needed`,
    )
  }
}
