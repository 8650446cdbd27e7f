/** Runs the build and shows its steps. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildImage, BuildError, type BuildStep, type BuiltImage, type ProgressEvent } from '../../builder/index.ts'
import type { CommandContext } from '../context.ts'
import type { EngineInfo } from '../engine/engine-info.ts'
import type { PlainMessageKey } from '../messages/translate.ts'
import type { RunningStep } from '../output/progress.ts'
import { harmless } from '../output/text.ts'
import { buildFailure } from './build-failure.ts'

export interface BuildRequest {
  folder: string
  name: string
  namespace: string
  engine: EngineInfo
}

const TITLES: Record<BuildStep, PlainMessageKey> = {
  source: 'build.source',
  detect: 'build.detect',
  base: 'build.base',
  runtime: 'build.runtime',
  dependencies: 'build.dependencies',
  build: 'build.build',
  app: 'build.app',
  push: 'build.push',
}

/** Throws CliError `buildFailed` with the failing step, the telling lines and what to do. */
export async function build(context: CommandContext, request: BuildRequest): Promise<BuiltImage> {
  const { paths, env, clock, signal } = context
  const steps = openBuildSteps(context)
  try {
    const password = (await readFile(join(paths.stateDir, 'registry', 'password'), 'utf8')).trim()
    const built = await buildImage({
      source: request.folder,
      name: request.name,
      namespace: request.namespace,
      cacheDir: paths.cacheDir,
      registry: { address: `http://${request.engine.registry.address}`, credentials: { username: 'naru', password } },
      env,
      clock,
      signal,
      onProgress: steps.onProgress,
    })
    steps.endAll('done')
    return built
  } catch (error) {
    steps.endAll('failed')
    signal.throwIfAborted()
    if (error instanceof BuildError) throw buildFailure(context, error)
    throw error
  }
}

/** Shows the builder's events; layers are made side by side, so several steps may be open at once. */
export function openBuildSteps({ t, console }: CommandContext) {
  const open = new Map<BuildStep, RunningStep>()
  const onProgress = ({ step, state, detail }: ProgressEvent) => {
    const text = harmless(detail)
    if (state === 'warning') return console.note(`${console.errorStyle.warn(t('warning'))} ${text}`)
    let shown = open.get(step)
    if (shown === undefined) {
      shown = console.progress.begin(t(TITLES[step]))
      open.set(step, shown)
    }
    if (state === 'start' || state === 'output') return shown.update(text)
    shown.result(state === 'reused' ? [t('build.reused'), text].filter((part) => part !== '').join(', ') : text)
    shown.end('done')
    open.delete(step)
  }
  const endAll = (outcome: 'done' | 'failed') => {
    for (const step of open.values()) step.end(outcome)
    open.clear()
  }
  return { onProgress, endAll }
}
