/** A value beside what it was before an update, followed down the fields they share. What has not changed need not
 *  become valid (ratcheting). Source: k8s.io/apiserver v0.34, pkg/cel/common/equality.go, and
 *  k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/validation/ratcheting.go. */
import { isDeepStrictEqual } from 'node:util'
import { getOwn, isJsonObject } from '../../decode/index.ts'
import { schemaOfField, type Structural } from '../schema/structural.ts'

export class Correlation {
  readonly value: unknown
  readonly old: unknown
  readonly #schema: Structural
  readonly #children = new Map<string | number, Correlation | undefined>()
  #unchanged: boolean | undefined
  #oldByKey: ReadonlyMap<string, unknown> | undefined

  constructor(value: unknown, old: unknown, schema: Structural) {
    this.value = value
    this.old = old
    this.#schema = schema
  }

  /** Equal, or so in each of the parts that can be told to belong together. */
  unchanged(): boolean {
    this.#unchanged ??= isDeepStrictEqual(this.value, this.old)
    return this.#unchanged
  }

  /** Undefined when the field was not there before, or when nothing is known of it. apiVersion and kind of the object
   *  itself (`path` is empty) always count as new. */
  field(name: string, path?: string): Correlation | undefined {
    if (path === '' && (name === 'apiVersion' || name === 'kind')) return undefined
    return this.#child(name, () => {
      if (!isJsonObject(this.value) || !isJsonObject(this.old)) return undefined
      const schema = schemaOfField(this.#schema, name)
      const [value, old] = [getOwn(this.value, name), getOwn(this.old, name)]
      if (schema === undefined || value === undefined || old === undefined) return undefined
      return new Correlation(value, old, schema)
    })
  }

  /** Only elements of lists of type map are told apart; undefined for all others, and for new ones. */
  item(index: number): Correlation | undefined {
    return this.#child(index, () => {
      const { items, listType } = this.#schema
      if (!Array.isArray(this.value) || !Array.isArray(this.old)) return undefined
      if (listType !== 'map' || items === undefined || index >= this.value.length) return undefined
      const key = keyOf(this.value[index], this.#schema)
      if (key === undefined) return undefined
      this.#oldByKey ??= byKey(this.old, this.#schema)
      const old = this.#oldByKey.get(key)
      return old === undefined ? undefined : new Correlation(this.value[index], old, items)
    })
  }

  #child(name: string | number, make: () => Correlation | undefined): Correlation | undefined {
    if (!this.#children.has(name)) this.#children.set(name, make())
    return this.#children.get(name)
  }
}

function keyOf(item: unknown, schema: Structural): string | undefined {
  if (!isJsonObject(item)) return undefined
  return JSON.stringify(schema.listMapKeys.map((name) => getOwn(item, name) ?? null))
}

function byKey(list: readonly unknown[], schema: Structural): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>()
  for (const item of list) {
    const key = keyOf(item, schema)
    // The first of several that should not be there counts.
    if (key !== undefined && !found.has(key)) found.set(key, item)
  }
  return found
}
