/** What each language makes of its plan. */
import type { BuildContext } from '../context.ts'
import type { Source } from '../source/read-source.ts'
import type { CachedLayer } from '../tools/layer-cache.ts'
import { go } from './go/layers.ts'
import { python } from './python/layers.ts'
import type { LanguageName, LanguagePlan } from './recognise.ts'

/** The layers upon the base, lowest first, made side by side. */
export function languageLayers(
  context: BuildContext,
  { source, language }: { source: Source; language: LanguagePlan },
): Promise<CachedLayer>[] {
  return language.name === 'go'
    ? go.layers(context, { source, plan: language.plan })
    : python.layers(context, { source, plan: language.plan })
}

const ENVIRONMENT: Record<LanguageName, Readonly<Record<string, string>>> = { go: go.env, python: python.env }

/** Variables of a language's images. */
export function languageEnvironment({ name }: LanguagePlan): Readonly<Record<string, string>> {
  return ENVIRONMENT[name]
}
