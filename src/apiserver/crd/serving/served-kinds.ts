/** All kinds that the present definitions bring. What has not changed stays the same object, with all that was compiled
 *  for it. */
import { isDeepStrictEqual } from 'node:util'
import { allResources } from '../../../api/index.ts'
import type { ServedKind } from '../../routing/resource-catalog.ts'
import type { ConversionServices } from '../conversion/conversion-services.ts'
import { type Definition, isTrue } from '../definition/definition.ts'
import { customKinds } from './custom-kind.ts'

interface Served {
  definition: Definition
  kinds: ServedKind[]
  /** Since when objects are written in the form of the present schemas. */
  currentSince: number
  retire: AbortController
}

/** Those are served by this server itself, whatever a definition says. */
const BUILT_IN: ReadonlySet<string> = new Set(allResources.map(({ group, plural }) => `${plural}.${group}`))

export const overlapsBuiltIn = ({ spec }: Definition): boolean => BUILT_IN.has(`${spec.names.plural}.${spec.group}`)

export class ServedKinds {
  readonly #services: ConversionServices
  #served: ReadonlyMap<string, Served> = new Map()

  constructor(services: ConversionServices) {
    this.#services = services
  }

  /** Undefined when nothing has changed. Watches of what has are ended by `retire`, to be called when the new kinds are
   *  in place. */
  update(definitions: readonly Definition[]): { kinds: ServedKind[]; retire: () => void } | undefined {
    const before = this.#served
    const next = new Map<string, Served>()
    for (const definition of definitions) {
      if (!isServed(definition)) continue
      const { uid } = definition.metadata
      const old = before.get(uid ?? '')
      next.set(uid ?? '', old && isSame(old.definition, definition) ? old : this.#serve(definition, old))
    }
    const gone = [...before.values()].filter((one) => next.get(one.definition.metadata.uid ?? '') !== one)
    if (gone.length === 0 && next.size === before.size) return undefined
    this.#served = next
    return {
      kinds: [...next.values()].flatMap(({ kinds }) => kinds),
      retire: () => gone.forEach(({ retire }) => retire.abort()),
    }
  }

  #serve(definition: Definition, old: Served | undefined): Served {
    const sameSchemas = old !== undefined && isDeepStrictEqual(old.definition.spec.versions, definition.spec.versions)
    const currentSince = sameSchemas ? old.currentSince : Number(definition.metadata.resourceVersion ?? 0)
    const retire = new AbortController()
    const kinds = customKinds(definition, { ...this.#services, currentSince, retired: retire.signal })
    return { definition, kinds, currentSince, retire }
  }
}

const isServed = (definition: Definition): boolean =>
  !overlapsBuiltIn(definition) && (isTrue(definition, 'NamesAccepted') || isTrue(definition, 'Established'))

/** Whether all that serving depends on is as it was. */
function isSame(a: Definition, b: Definition): boolean {
  if (a === b) return true
  return (
    isDeepStrictEqual(a.status?.acceptedNames, b.status?.acceptedNames) &&
    isTrue(a, 'Terminating') === isTrue(b, 'Terminating') &&
    isDeepStrictEqual(a.spec, b.spec)
  )
}
