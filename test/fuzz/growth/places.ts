/** Every place of every kind, by every way an object is written. */
import { apiVersionOf, type KubeObject, type Resource } from '../../../src/api/index.ts'
import { applyObject, trackUpdate, typeOfSchema } from '../../../src/api/apply/index.ts'
import type { JsonObject } from '../../../src/api/decode/index.ts'
import { applyPatch } from '../../../src/api/machinery.ts'
import { schemaFor } from '../../../src/api/schema/index.ts'
import type { TestCluster } from '../../harness/cluster.ts'
import type { WidePlace } from '../wide-objects.ts'
import { type NamedGrowth, refusable } from './named-growth.ts'
import { send } from './send.ts'

const TIME = '2026-01-01T00:00:00Z'
const WAYS = ['created', 'merged strategically', 'applied', 'applied over', 'tracked'] as const

/** One place of one kind, written in one way. */
export function growthOf(cluster: TestCluster, place: WidePlace): NamedGrowth[] {
  const { resource } = place
  const options = {
    type: typeOfSchema(schemaFor(resource)),
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    subresource: '',
    time: TIME,
    force: true,
  }
  const apply = (live: JsonObject | undefined, object: object, manager: string) =>
    applyObject(live, object as JsonObject, { ...options, manager })
  return WAYS.map((way) => ({
    name: `${place.name} ${way}`,
    growth: {
      maxBytes: 400_000,
      input: (size) => {
        const object = place.objectWith(size)
        const text = JSON.stringify(object)
        const others = JSON.parse(text.replaceAll(/"e(\d+)"/g, '"f$1"')) as KubeObject
        let live: JsonObject | undefined
        refusable(() => (live = apply(undefined, object, 'a')))
        const ways: Record<(typeof WAYS)[number], () => unknown> = {
          created: () => create(cluster, resource, text),
          'merged strategically': () => refusable(() => applyPatch('strategic', resource, object, others)),
          applied: () => refusable(() => apply(undefined, object, 'a')),
          'applied over': () => refusable(() => apply(live, others, 'b')),
          tracked: () =>
            trackUpdate(live, structuredClone(others) as unknown as JsonObject, { ...options, manager: 'b' }),
        }
        return { bytes: text.length, run: ways[way] }
      },
    },
  }))
}

const create = (cluster: TestCluster, resource: Resource, body: string) =>
  send(cluster, `${collectionOf(resource)}?dryRun=All&fieldValidation=Warn`, { body })

const collectionOf = ({ group, version, namespaced, plural }: Resource) =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced ? '/namespaces/default' : ''}/${plural}`
