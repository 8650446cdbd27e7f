/** The dependencies layer: node_modules for production, made anew only when what decides it changes. */
import type { BuildContext } from '../context.ts'
import { imageArchitecture } from '../context.ts'
import type { PackageJson } from '../detect/package-json.ts'
import type { PackageManager } from '../detect/plan.ts'
import { startStep } from '../progress.ts'
import { formatBytes } from '../source/limits.ts'
import { digestSource, type Source } from '../source/read-source.ts'
import { installDependencies } from '../steps/install.ts'
import { fetchNpm, fetchPackageManager } from '../steps/package-tool.ts'
import { openWorkspace } from '../steps/workspace.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../tools/layer-cache.ts'
import type { NodeRelease } from '../tools/node-release.ts'
import { directoryEntries } from './directory-entries.ts'

const RECIPE = 2

export interface DependenciesOptions {
  source: Source
  manifest: PackageJson
  manager: PackageManager
  release: NodeRelease
}

/** Files that decide what is installed, in any folder: manifests, lockfiles, configuration, patches, local packages. */
const DECIDING =
  /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|\.pnpmfile\.cjs|yarn\.lock|\.yarnrc(?:\.yml)?|\.npmrc|binding\.gyp)$|\.tgz$|^(?:\.yarn|patches)\//

const OWN_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

/** Which files an installation needs: all when the app has install scripts of its own or refers to folders in it. */
export function filesForInstall(manifest: PackageJson): (path: string) => boolean {
  const values = Object.values({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  })
  const needsAll =
    OWN_SCRIPTS.some((name) => manifest.scripts[name] !== undefined) ||
    values.some((value) => /^(?:file|link|portal):/.test(value) && !value.endsWith('.tgz'))
  return needsAll ? () => true : (path) => DECIDING.test(path)
}

export async function buildDependenciesLayer(
  context: BuildContext,
  options: DependenciesOptions,
): Promise<CachedLayer> {
  const { source, manifest, manager, release } = options
  const reporter = startStep('dependencies', context.clock, context.onProgress, manager.name)
  const include = filesForInstall(manifest)
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    node: release.version,
    manager: [manager.name, manager.version],
    files: await digestSource(source, include),
  })
  const known = await findLayer(context, 'dependencies', key)
  if (known !== undefined) {
    reporter.done(formatBytes(known.descriptor.size), true)
    return known
  }
  const tool = await fetchPackageManager(context, manager, release.version)
  const tools = manager.name === 'npm' ? [tool] : [tool, await fetchNpm(context, release.version)]
  await using workspace = await openWorkspace({ context, reporter, nodeBinary: await release.binary(), tools })
  await workspace.add(source, include)
  await installDependencies({ workspace, manager, manifest, production: true, source })
  const entries = (await directoryEntries({ dir: workspace.dir, prefix: 'app', include: isPartOfLayer })).filter(
    ({ path }) => /(?:^|\/)node_modules(?:\/|$)/.test(path),
  )
  const layer = await storeLayer(context, { role: 'dependencies', key, entries })
  reporter.done(`${manager.name} ${tool.version}, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

/** Left out: what package managers write for themselves, with times and folders of the build in it. */
function isPartOfLayer(path: string): boolean {
  return !/(?:^|\/)node_modules\/(?:\.cache|\.package-lock\.json|\.modules\.yaml|\.pnpm-workspace-state.*|\.yarn-integrity|\.yarn-state\.yml|\.pnpm\/lock\.yaml)$/.test(
    path,
  )
}
