/** Which language, other than Node.js, a folder is of: asked in the table's order, the first that recognises it counts. */
import type { Source } from '../source/read-source.ts'
import { type GoPlan, recogniseGo } from './go/recognise.ts'
import { type JavaPlan, recogniseJava } from './java/recognise.ts'
import type { Recognised } from './language.ts'
import { type PhpPlan, recognisePhp } from './php/recognise.ts'
import { type PythonPlan, recognisePython } from './python/recognise.ts'

/** What each language makes of a folder. */
export interface LanguagePlans {
  go: GoPlan
  python: PythonPlan
  java: JavaPlan
  php: PhpPlan
}

export type LanguageName = keyof LanguagePlans
export type LanguagePlan<Name extends LanguageName = LanguageName> = {
  [Each in Name]: { name: Each; plan: LanguagePlans[Each] }
}[Name]

const RECOGNISE: {
  [Name in LanguageName]: (source: Source) => Promise<Recognised<LanguagePlans[Name]> | undefined>
} = {
  go: recogniseGo,
  python: recognisePython,
  java: recogniseJava,
  php: recognisePhp,
}

export interface RecognisedLanguage<Name extends LanguageName = LanguageName> {
  language: LanguagePlan<Name>
  recognised: Recognised<unknown>
}

export async function recogniseLanguage(source: Source): Promise<RecognisedLanguage | undefined> {
  for (const name of Object.keys(RECOGNISE) as LanguageName[]) {
    const found = await recogniseAs(name, source)
    if (found !== undefined) return found
  }
  return undefined
}

async function recogniseAs<Name extends LanguageName>(
  name: Name,
  source: Source,
): Promise<RecognisedLanguage<Name> | undefined> {
  const recognised = await RECOGNISE[name](source)
  return recognised === undefined ? undefined : { language: { name, plan: recognised.plan }, recognised }
}
