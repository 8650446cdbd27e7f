/** Writes that go on whatever happens to the engine, and what an informer made of them. The writer remembers what the
 *  server acknowledged; the audit compares it with the informer's events and store and with the API's own list. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { k8s } from '../../../src/api/index.ts'
import { isApiError, resources } from '../../../src/api/index.ts'
import { openAdminClient } from './admin-client.ts'
import { eventually } from './command.ts'
import type { Installation } from './installation.ts'
import { killRoles } from './processes.ts'

export const observedLabel = 'test=informer'

/** One event of an informer, or one object of its store. */
export interface Sighting {
  type: string
  name: string
  uid: string
  resourceVersion: string
}

export interface Writer {
  /** `uid@resourceVersion` of each create and update that the server acknowledged. */
  acknowledged: string[]
  stop(): Promise<void>
}

/** Creates, updates and deletes twelve ConfigMaps in turn until it is stopped; failures are not acknowledgements. */
export async function startWriter(naru: Installation): Promise<Writer> {
  const admin = await openAdminClient(naru)
  const { client } = admin
  const acknowledged: string[] = []
  const stopping = new AbortController()
  const note = ({ metadata }: k8s.ConfigMap) => acknowledged.push(`${metadata.uid}@${metadata.resourceVersion}`)
  const step = async (n: number) => {
    const name = `observed-${n % 12}`
    const key = { namespace: 'default', name }
    const present = await client.get(resources.configmaps, key).catch(unlessNotFound)
    if (present === undefined) {
      const metadata = { name, namespace: 'default', labels: { test: 'informer' } }
      note(await client.create(resources.configmaps, { metadata, data: { n: String(n) } }))
    } else if (n % 5 === 0) await client.delete(resources.configmaps, key)
    else note(await client.update(resources.configmaps, { ...present, data: { n: String(n) } }))
  }
  const run = (async () => {
    for (let n = 0; !stopping.signal.aborted; n += 1) await step(n).catch(() => sleep(50)) // The server is down.
  })()
  return {
    acknowledged,
    async stop() {
      stopping.abort()
      await run
      await admin[Symbol.asyncDispose]()
    },
  }
}

/** SIGKILL in the middle of the writes, and the engine started again. Resolves when writes are acknowledged again. */
export async function killAndStart(naru: Installation, writer: Writer): Promise<void> {
  await moreWrites(writer)
  if ((await killRoles(naru.stateDir, ['engine'])) !== 1) throw new Error('there was no engine to kill')
  await naru.mustNaru('up')
  await moreWrites(writer)
}

async function moreWrites(writer: Writer): Promise<void> {
  const wanted = writer.acknowledged.length + 100
  await eventually('writes are acknowledged', async () => writer.acknowledged.length >= wanted, { everyMs: 10 })
}

function unlessNotFound(error: unknown): undefined {
  if (!isApiError(error, 'NotFound')) throw error
}

/** What the API lists, as an informer's store would hold it. */
export async function listedByApi(naru: Installation): Promise<string[]> {
  const list = await naru.kubectlJson<k8s.ConfigMapList>('get', 'configmaps', '-l', observedLabel)
  return list.items.map(({ metadata }) => `${metadata.name} ${metadata.uid}@${metadata.resourceVersion}`).sort()
}

export const asStored = (sightings: readonly Sighting[]): string[] =>
  sightings.map(({ name, uid, resourceVersion }) => `${name} ${uid}@${resourceVersion}`).sort()

export interface Audit {
  /** Acknowledged writes that no event showed. */
  missed: string[]
  /** States that more than one event showed. */
  doubled: string[]
  /** Names added while they were there already, updated or deleted while they were not, or seen to go back in time. */
  outOfOrder: string[]
}

/** What an informer may not do; all three are empty when it missed and doubled nothing. */
export function audit(events: readonly Sighting[], acknowledged: readonly string[]): Audit {
  const seen = new Map<string, number>()
  const present = new Map<string, Sighting>()
  const outOfOrder: string[] = []
  for (const event of events) {
    const before = present.get(event.name)
    const state = `${event.uid}@${event.resourceVersion}`
    if (event.type !== 'delete') seen.set(state, (seen.get(state) ?? 0) + 1)
    const fits = event.type === 'add' ? before === undefined : before?.uid === event.uid
    const forward = before === undefined || Number(event.resourceVersion) >= Number(before.resourceVersion)
    if (!fits || !forward) outOfOrder.push(`${event.type} ${event.name} ${state}`)
    if (event.type === 'delete') present.delete(event.name)
    else present.set(event.name, event)
  }
  return {
    missed: acknowledged.filter((state) => !seen.has(state)),
    doubled: [...seen].filter(([, times]) => times > 1).map(([state]) => state),
    outOfOrder,
  }
}
