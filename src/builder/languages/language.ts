/** The seam between the builder and a language other than Node.js: what it recognises (reading, running nothing), and the layers it makes. */
import type { BuildContext } from '../context.ts'
import type { Source } from '../source/read-source.ts'
import type { CachedLayer } from '../tools/layer-cache.ts'

/** How an app starts. */
export interface PlannedStart {
  command: readonly string[]
  /** Where it was found. */
  from: string
  /** Answers 200 once the app has started, where a server of the image knows that; else listening has to tell. */
  readinessPath?: string
}

/** What a language makes of a folder, as data of the plan. */
export interface Recognised<Plan> {
  plan: Plan
  /** How the app starts when no Procfile says it; undefined when the folder does not tell. */
  start: PlannedStart | undefined
  /** For people: `Python app, pip`. */
  what: string
  /** How one says how it starts. */
  hint: string
}

export interface Language<Plan> {
  /** The layers upon the base, lowest first, made side by side. */
  layers(context: BuildContext, options: { source: Source; plan: Plan }): Promise<CachedLayer>[]
  /** Variables of its images. */
  env: Readonly<Record<string, string>>
}
