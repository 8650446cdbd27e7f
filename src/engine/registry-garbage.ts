/** Once a day: images that no release and nothing else in the cluster names go a week after they were pushed, and with them
 *  what no image refers to; so do uploads that were given up. */
import {
  apps,
  backingResources,
  type KubeObject,
  provisioners,
  REGISTRY_HOST,
  releases,
  type Resource,
  resources,
} from '../api/index.ts'
import type { Client } from '../client/index.ts'
import { collectGarbage } from '../images/index.ts'
import { type Clock, errorMessage, type Logger, type Loop } from '../lib/index.ts'

/** Not at once: at a start there is enough to do. */
const FIRST_AFTER_MS = 60 * 60_000
const EVERY_MS = 24 * 60 * 60_000

export interface RegistryGarbageOptions {
  client: Client
  dir: string
  clock: Clock
  logger: Logger
}

export function registryGarbageLoop({ client, dir, clock, logger }: RegistryGarbageOptions): Loop {
  return {
    name: 'registry-garbage',
    async run(signal) {
      for (let waitMs = FIRST_AFTER_MS; !signal.aborted; waitMs = EVERY_MS) {
        await clock.sleep(waitMs, signal)
        if (signal.aborted) return
        try {
          const named = await namedImages(client, signal)
          logger.info(await collectGarbage({ dir, clock, signal, named }), 'registry swept')
        } catch (error) {
          if (signal.aborted) return
          logger.error({ error: errorMessage(error) }, 'the registry cannot be swept; it is tried again in a day')
        }
      }
    },
  }
}

/** What has pods, or will have some. */
const NAMING: readonly Resource<KubeObject>[] = [
  apps,
  releases,
  backingResources,
  provisioners,
  resources.pods,
  resources.podtemplates,
  resources.replicationcontrollers,
  resources.deployments,
  resources.replicasets,
  resources.statefulsets,
  resources.daemonsets,
  resources.jobs,
  resources.cronjobs,
]

/** The images of the engine's registry that objects name, wherever in them. */
export async function namedImages(client: Client, signal: AbortSignal): Promise<string[]> {
  const pattern = new RegExp(`${REGISTRY_HOST.replaceAll('.', '\\.')}/[^"\\s\\\\]+`, 'g')
  const images = new Set<string>()
  for (const resource of NAMING)
    for (const object of (await client.list(resource, { signal })).items)
      for (const [image] of JSON.stringify(object).matchAll(pattern)) images.add(image)
  return [...images]
}
