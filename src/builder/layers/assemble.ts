/** Makes the layers of a plan, those that do not depend on each other side by side. */
import type { BuildContext } from '../context.ts'
import type { PackageJson } from '../detect/package-json.ts'
import type { BuildPlan } from '../detect/plan.ts'
import { languageLayers } from '../languages/layers.ts'
import type { Source } from '../source/read-source.ts'
import { fetchNpm, fetchPackageManager } from '../steps/package-tool.ts'
import type { CachedLayer } from '../tools/layer-cache.ts'
import { type NodeRelease, resolveNode } from '../tools/node-release.ts'
import { buildAppLayer } from './app-layer.ts'
import { buildBaseLayer } from './base-layer.ts'
import { buildDependenciesLayer } from './dependencies-layer.ts'
import { buildCaddyLayer, buildNodeLayer, type RuntimeTool } from './runtime-layer.ts'

export interface AssembleOptions {
  source: Source
  plan: BuildPlan
  manifest: PackageJson | undefined
  /** Aborted when one layer fails, so that the others end. */
  stop: AbortController
}

/** Lowest first: base, runtime, dependencies (when there are any), app. The first failure counts. */
export async function assembleLayers(context: BuildContext, options: AssembleOptions): Promise<CachedLayer[]> {
  const { source, plan, stop } = options
  const others = async () => {
    const work =
      plan.language === undefined
        ? await nodeOrSiteLayers(context, options)
        : languageLayers(context, { source, language: plan.language })
    return together(work, stop)
  }
  const [base, above] = await together<CachedLayer | CachedLayer[]>([buildBaseLayer(context), others()], stop)
  return [base, above].flat().filter((layer) => layer !== undefined)
}

/** All, or the first failure once the others have ended. */
async function together<T>(work: readonly Promise<T>[], stop: AbortController): Promise<T[]> {
  try {
    return await Promise.all(work)
  } catch (error) {
    if (!stop.signal.aborted) stop.abort(error)
    await Promise.allSettled(work)
    throw stop.signal.reason
  }
}

async function nodeOrSiteLayers(context: BuildContext, options: AssembleOptions): Promise<Promise<CachedLayer>[]> {
  const { source, plan, manifest } = options
  const release = plan.node === undefined ? undefined : await resolveNode(context, plan.node)
  const manager = plan.packageManager
  return [
    plan.runtime === 'node' && release !== undefined ? nodeLayer(context, plan, release) : buildCaddyLayer(context),
    ...(plan.hasRuntimeDependencies && manifest !== undefined && manager !== undefined && release !== undefined
      ? [buildDependenciesLayer(context, { source, manifest, manager, release })]
      : []),
    buildAppLayer(context, { source, plan, manifest, release }),
  ]
}

/** Start commands that call a package manager get it into the image. */
async function nodeLayer(context: BuildContext, plan: BuildPlan, release: NodeRelease): Promise<CachedLayer> {
  return buildNodeLayer(context, release, await runtimeTool(context, plan, release))
}

async function runtimeTool(
  context: BuildContext,
  plan: BuildPlan,
  release: NodeRelease,
): Promise<RuntimeTool | undefined> {
  const words = (plan.start?.command ?? []).join(' ')
  const manager = plan.packageManager
  if (/\b(?:npm|npx)\b/.test(words)) return fetchNpm(context, release.version)
  if (manager !== undefined && /\b(?:pnpm|pnpx|yarn)\b/.test(words))
    return fetchPackageManager(context, manager, release.version)
  return undefined
}
