/** Merging is synchronous, but a webhook that converts is not: what needs a conversion that is not there yet is stopped,
 *  and started again when it is. Nearly nothing does: only objects whose owners speak of them in another version. */
import type { Versions } from '../../api/machinery.ts'

type Json = Record<string, unknown>

/** As `Versions`, with conversions that may take their time. */
export interface KindVersions {
  typeOf: Versions['typeOf']
  convert(object: Json, apiVersion: string): Json | Promise<Json>
}

class ConversionNeeded extends Error {
  override name = 'ConversionNeeded'
  readonly key: string
  readonly converted: Promise<Json>

  constructor(key: string, converted: Promise<Json>) {
    super('a conversion is needed first')
    this.key = key
    this.converted = converted
  }
}

/** What `run` gives in the end: at once for kinds of one version. It may be called several times, and must change nothing
 *  that it is not given. */
export function withConversions<T>(
  versions: KindVersions | undefined,
  run: (versions: Versions | undefined) => T,
): T | Promise<T> {
  return versions === undefined ? run(undefined) : withSeveral(versions, run)
}

async function withSeveral<T>(versions: KindVersions, run: (versions: Versions | undefined) => T): Promise<T> {
  const known = new Map<string, Json>()
  const convert = (object: Json, apiVersion: string): Json => {
    const key = `${apiVersion} ${JSON.stringify(object)}`
    const former = known.get(key)
    if (former !== undefined) return former
    const converted = versions.convert(object, apiVersion)
    if (converted instanceof Promise) throw new ConversionNeeded(key, converted)
    known.set(key, converted)
    return converted
  }
  for (;;)
    try {
      return run({ typeOf: (apiVersion) => versions.typeOf(apiVersion), convert })
    } catch (error) {
      if (!(error instanceof ConversionNeeded)) throw error
      known.set(error.key, await error.converted)
    }
}
