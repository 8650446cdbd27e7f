/** The image of a server that an own engine is to run, assembled from Debian packages where nobody names one. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Provisioner } from '../../api/index.ts'
import { BuildError, buildServerImage } from '../../builder/index.ts'
import type { CommandContext } from '../context.ts'
import { openBuildSteps } from '../deploy/build.ts'
import { buildFailure } from '../deploy/build-failure.ts'
import type { EngineInfo } from '../engine/engine-info.ts'

/** Undefined where the Provisioner needs none, or names one itself. Throws CliError `buildFailed`. */
export async function serverImage(
  context: CommandContext,
  { spec }: Provisioner,
  engine: EngineInfo,
): Promise<string | undefined> {
  const { paths, env, clock, signal } = context
  if (spec.server === undefined || spec.image !== undefined) return undefined
  const { name, packages, command } = spec.server
  const steps = openBuildSteps(context)
  try {
    const password = (await readFile(join(paths.stateDir, 'registry', 'password'), 'utf8')).trim()
    const { image } = await buildServerImage({
      name,
      ...(packages && { packages }),
      ...(command && { command }),
      cacheDir: paths.cacheDir,
      registry: { address: `http://${engine.registry.address}`, credentials: { username: 'naru', password } },
      env,
      clock,
      signal,
      onProgress: steps.onProgress,
    })
    steps.endAll('done')
    return image
  } catch (error) {
    steps.endAll('failed')
    signal.throwIfAborted()
    if (error instanceof BuildError) throw buildFailure(context, error)
    throw error
  }
}
