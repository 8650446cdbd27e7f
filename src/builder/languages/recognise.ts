/** Which language, other than Node.js, a folder is of: asked in order, the first that recognises it counts. */
import type { Source } from '../source/read-source.ts'
import { type GoPlan, recogniseGo } from './go/recognise.ts'
import type { Recognised } from './language.ts'
import { type PythonPlan, recognisePython } from './python/recognise.ts'

export type LanguagePlan = { name: 'go'; plan: GoPlan } | { name: 'python'; plan: PythonPlan }
export type LanguageName = LanguagePlan['name']

export async function recogniseLanguage(
  source: Source,
): Promise<{ language: LanguagePlan; recognised: Recognised<unknown> } | undefined> {
  const asGo = await recogniseGo(source)
  if (asGo !== undefined) return { language: { name: 'go', plan: asGo.plan }, recognised: asGo }
  const asPython = await recognisePython(source)
  if (asPython !== undefined) return { language: { name: 'python', plan: asPython.plan }, recognised: asPython }
  return undefined
}
