/** The valid objects of `objects/*.yaml` with one field changed, created and put in the place of the valid one, dry. */
import { findResourceByKind } from '../../src/api/index.ts'
import { schemaFor } from '../../src/api/schema/index.ts'
import type { Case } from './case.ts'
import { type Call, READ } from './connection.ts'
import { metadataMutations, mutationsOf } from './mutations.ts'
import { collectionOf, type Manifest, type Sample } from './objects.ts'
import { type Exchanged, runCase } from './run-case.ts'
import type { Sides } from './sides.ts'

/** The kind whose metadata is changed too, for all. */
const METADATA_OF = 'ConfigMap'
/** Requests to each server at a time. */
const AT_A_TIME = 4

export interface Listener {
  /** A case was run. */
  tell: (of: Case, exchanged: readonly Exchanged[]) => void
  /** All cases of a sample were. */
  done: () => void
}

/** Samples that not both servers take are left out. Returns how many cases there were. */
export async function mutate(sides: Sides, samples: readonly Sample[], { tell, done }: Listener): Promise<number> {
  let count = 0
  for (const { name, manifest } of samples) {
    const collection = collectionOf(manifest)
    const path = `${collection}/${manifest.metadata.name}`
    const both = (call: Call) => Promise.all([sides.ours.send(call), sides.theirs.send(call)])
    const created = async (query: string) =>
      (await both({ method: 'POST', path: `${collection}${query}`, body: manifest })).every(
        ({ status }) => status === 201,
      )
    if (!(await created('?dryRun=All'))) continue
    const run = async (verb: string, call: Omit<Call, 'body'>) => {
      const cases = mutationsFor(manifest).map(({ what, object }) => ({
        name: `${name}: ${verb}, ${what}`,
        calls: [{ ...call, body: verb === 'update' ? asRead(object) : object }],
      }))
      count += cases.length
      await inParallel(cases, async (one) => tell(one, await runCase(sides, one)))
    }
    await run('create', { method: 'POST', path: `${collection}?dryRun=All` })
    if (await created('')) await run('update', { method: 'PUT', path: `${path}?dryRun=All` })
    await both({ method: 'DELETE', path: `${path}?gracePeriodSeconds=0` })
    await both({
      method: 'PATCH',
      path,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { metadata: { finalizers: null } },
    })
    done()
  }
  return count
}

const asRead = (object: Manifest): Manifest =>
  typeof object.metadata === 'object' ? { ...object, metadata: { ...object.metadata, resourceVersion: READ } } : object

function mutationsFor(manifest: Manifest) {
  const resource = findResourceByKind(manifest.apiVersion, manifest.kind)
  if (resource === undefined) return []
  const own = mutationsOf(manifest, schemaFor(resource))
  return [...own, ...(manifest.kind === METADATA_OF ? metadataMutations(manifest) : [])]
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const item of rest) await work(item)
    }),
  )
}
