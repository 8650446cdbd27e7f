/** What each language makes of its plan. */
import type { BuildContext } from '../context.ts'
import type { Source } from '../source/read-source.ts'
import type { CachedLayer } from '../tools/layer-cache.ts'
import { go } from './go/layers.ts'
import { java } from './java/layers.ts'
import type { Language } from './language.ts'
import { php } from './php/layers.ts'
import { python } from './python/layers.ts'
import type { LanguageName, LanguagePlan, LanguagePlans } from './recognise.ts'

const LANGUAGES: { [Name in LanguageName]: Language<LanguagePlans[Name]> } = { go, python, java, php }

/** The layers upon the base, lowest first, made side by side. */
export function languageLayers<Name extends LanguageName>(
  context: BuildContext,
  { source, language }: { source: Source; language: LanguagePlan<Name> },
): Promise<CachedLayer>[] {
  const chosen: Language<LanguagePlans[Name]> = LANGUAGES[language.name]
  return chosen.layers(context, { source, plan: language.plan })
}

/** Variables of a language's images. */
export function languageEnvironment({ name }: LanguagePlan): Readonly<Record<string, string>> {
  return LANGUAGES[name].env
}
