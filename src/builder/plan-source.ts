/** What a folder would be built into, without building it. */
import { resolve } from 'node:path'
import { detect } from './detect/detect.ts'
import type { BuildPlan } from './detect/plan.ts'
import { readSource } from './source/read-source.ts'

/** Throws BuildError. */
export async function planSource(folder: string, signal: AbortSignal): Promise<BuildPlan> {
  return detect(await readSource({ root: resolve(folder), signal }))
}
