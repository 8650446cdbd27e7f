/** The provisioner of the class `local-path`: directories of this node as volumes. It meets the controller that binds
 *  through the API alone, as an external provisioner and resizer do. */
import { chmod, mkdir } from 'node:fs/promises'
import { isApiError, keyOf, parseKey, resources, storageClassOf } from '../../api/index.ts'
import { type Client, openInformer, recordEvent, runController, source } from '../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { expand } from './expand.ts'
import { isToProvision, provision } from './provision.ts'
import { defaultClass, isOurs, type LocalPaths, PROVISIONER, volumeNameFor } from './provisioner.ts'
import { reclaim, sweep } from './reclaim.ts'

export interface LocalPathOptions {
  client: Client
  nodeName: string
  /** Volumes are the directories in it; made where it is missing. */
  root: string
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

const CLAIM = 'claim:'
const VOLUME = 'volume:'

/** Resolves when `signal` has aborted and the work in hand is done. */
export async function runLocalPathProvisioner(options: LocalPathOptions): Promise<void> {
  const { client, clock, logger, signal, root, nodeName } = options
  await mkdir(root, { recursive: true })
  // The directories in it are anybody's to write, for containers: not for the users of this machine.
  await chmod(root, 0o700)
  await ensureDefaultClass(client)
  await using stack = new AsyncDisposableStack()
  const informed = { signal, clock, logger }
  const [claims, volumes, classes] = await Promise.all([
    openInformer(client, resources.persistentvolumeclaims, informed),
    openInformer(client, resources.persistentvolumes, informed),
    openInformer(client, resources.storageclasses, informed),
  ])
  for (const informer of [claims, volumes, classes]) stack.use(informer)
  const paths: LocalPaths = {
    client,
    nodeName,
    root,
    record: (about, kind, type, reason, message) =>
      void recordEvent(client, {
        clock,
        component: `${PROVISIONER}_${nodeName}`,
        regarding: { ...about, apiVersion: 'v1', kind },
        type,
        reason,
        message,
      }),
  }
  const expected = new Set(claims.list().map(volumeNameFor))
  for (const failure of await sweep(root, (name) => expected.has(name) || volumes.get({ name }) !== undefined))
    logger.warn({ error: errorMessage(failure) }, 'a volume that was on its way out cannot be removed')
  await runController({
    name: 'local-path',
    clock,
    logger,
    signal,
    sources: [
      source(claims, (claim) => [CLAIM + keyOf(claim)]),
      source(volumes, (volume) => (isOurs(volume) ? [VOLUME + volume.metadata.name] : [])),
      source(classes, () =>
        claims
          .list()
          .filter(({ spec }) => !spec.volumeName)
          .map((claim) => CLAIM + keyOf(claim)),
      ),
    ],
    async reconcile(key) {
      if (key.startsWith(VOLUME)) {
        const volume = volumes.get({ name: key.slice(VOLUME.length) })
        if (volume !== undefined) await reclaim(paths, volume)
        return
      }
      const claim = claims.get(parseKey(key.slice(CLAIM.length)))
      if (claim === undefined) return
      const storageClass = classes.get({ name: storageClassOf(claim) })
      const isMade = volumes.get({ name: volumeNameFor(claim) }) !== undefined
      if (storageClass !== undefined && !isMade && isToProvision(claim, storageClass, nodeName))
        await provision(paths, claim, storageClass)
      else await expand(paths, claim, volumes.get({ name: claim.spec.volumeName ?? '' }))
    },
  })
}

/** A class that the user changed stays as it is. */
async function ensureDefaultClass(client: Client): Promise<void> {
  try {
    await client.create(resources.storageclasses, defaultClass)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
