/** Runs the script `build` of package.json on a copy of the source, with all dependencies installed. */
import type { BuildContext } from '../context.ts'
import type { PackageJson } from '../detect/package-json.ts'
import type { BuildPlan } from '../detect/plan.ts'
import { startStep } from '../progress.ts'
import type { Source } from '../source/read-source.ts'
import type { NodeRelease } from '../tools/node-release.ts'
import { installDependencies } from './install.ts'
import { fetchNpm, fetchPackageManager } from './package-tool.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** The workspace after the build; the caller disposes it. Throws what the commands throw. */
export async function runBuildScript(
  context: BuildContext,
  options: { source: Source; plan: BuildPlan; manifest: PackageJson; release: NodeRelease },
): Promise<Workspace> {
  const { source, plan, manifest, release } = options
  const reporter = startStep('build', context.clock, context.onProgress, 'npm run build')
  const manager = plan.packageManager
  const npm = await fetchNpm(context, release.version)
  const tools =
    manager === undefined || manager.name === 'npm'
      ? [npm]
      : [await fetchPackageManager(context, manager, release.version), npm]
  const workspace = await openWorkspace({ context, reporter, nodeBinary: await release.binary(), tools })
  try {
    await workspace.add(source)
    if (manager !== undefined)
      await installDependencies({
        workspace,
        manager,
        manifest,
        production: false,
        source,
      })
    const runner = manager?.name ?? 'npm'
    await workspace.run({
      title: `${runner} run build`,
      command: [runner, 'run', 'build'],
      variables: { NODE_ENV: 'production' },
    })
    reporter.done('')
    return workspace
  } catch (error) {
    await workspace[Symbol.asyncDispose]()
    throw error
  }
}
