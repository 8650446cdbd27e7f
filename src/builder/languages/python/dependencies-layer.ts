/** A virtual environment with what pip installs, made anew only when what decides it changes. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildContext, imageArchitecture } from '../../context.ts'
import { BuildError } from '../../errors.ts'
import { builtEntries } from '../../layers/directory-entries.ts'
import { startStep } from '../../progress.ts'
import { formatBytes } from '../../source/limits.ts'
import { digestSource, type Source } from '../../source/read-source.ts'
import { openWorkspace, type Workspace } from '../../steps/workspace.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../../tools/layer-cache.ts'
import { openToolchain } from '../../tools/toolchain.ts'
import { pipSettings } from './pip-settings.ts'
import type { PythonPlan } from './recognise.ts'

const RECIPE = 1
const FOLDER = '.venv'
const TOOLCHAIN = { name: 'python', packages: ['python3', 'python3-pip'] }

/** Files that decide what is installed: requirements and what they may refer to. */
const DECIDING = /(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$|^requirements\/|^pyproject\.toml$|\.whl$/

export async function buildPythonDependencies(
  context: BuildContext,
  { source, plan }: { source: Source; plan: PythonPlan },
): Promise<CachedLayer> {
  const reporter = startStep('dependencies', context.clock, context.onProgress, 'pip')
  const toolchain = await openToolchain(context, TOOLCHAIN, reporter)
  const lines = plan.requirements?.lines ?? []
  const runsCode = await mayRunCode(source)
  const include = runsCode ? () => true : (path: string) => DECIDING.test(path)
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    // Its name has the digests of its packages in it.
    toolchain: toolchain.dir.slice(context.cacheDir.length),
    plan,
    files: await digestSource(source, include),
  })
  const known = await findLayer(context, 'dependencies', key)
  if (known !== undefined) {
    reporter.done(formatBytes(known.descriptor.size), true)
    return known
  }
  const loose = lines.filter((line) => /^[A-Za-z0-9]/.test(line) && !/===?|\s@\s/.test(line))
  if (loose.length > 0)
    reporter.warn(
      `${plan.requirements?.file} fixes no version of ${loose.slice(0, 3).join(', ')}: what is newest now is installed.`,
    )
  await using workspace = await openWorkspace({ context, reporter, toolchain })
  await workspace.add(source, include)
  await install(context, workspace, { plan, runsCode })
  const layer = await storeLayer(context, {
    role: 'dependencies',
    key,
    entries: await builtEntries(workspace.dir, FOLDER, { prefix: `app/${FOLDER}` }),
  })
  reporter.done(`pip, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

/** Requirements that are built rather than unpacked: the app's own folders, repositories, and source packages that are
 *  asked for. */
const BUILT =
  /^(?:-e|--editable)\b|--no-binary\b|^\.{0,2}\/|^\.{1,2}$|\b(?:git|hg|svn|bzr)\+|:\/\/\S+\.(?:zip|tar\.\w+|tgz)\b/

/** Whether any file of requirements has such a line. */
export async function mayRunCode(source: Source): Promise<boolean> {
  for (const { path } of source.files) {
    if (!DECIDING.test(path) || path.endsWith('.whl')) continue
    const lines = ((await source.readText(path)) ?? '').split(/\r?\n/)
    if (
      lines.some(
        (line) => BUILT.test(line.trim().replace(/^["']/, '')) && !/^\s*(?:#|\[|--(?:extra-)?index-url)/.test(line),
      )
    )
      return true
  }
  return false
}

/** What was compiled is believed without looking at the source's time, which layers make up. */
async function install(
  context: BuildContext,
  workspace: Workspace,
  { plan, runsCode }: { plan: PythonPlan; runsCode: boolean },
): Promise<void> {
  const requirements = plan.requirements?.file === 'requirements.txt' ? 'requirements.txt' : '.naru-requirements.txt'
  if (requirements !== 'requirements.txt')
    await writeFile(join(workspace.dir, requirements), `${(plan.requirements?.lines ?? []).join('\n')}\n`)
  await workspace.run({
    title: 'python3 -m venv',
    command: ['python3', '-m', 'venv', '--without-pip', `/app/${FOLDER}`],
  })
  const pip = ['python3', '-m', 'pip', '--python', `/app/${FOLDER}/bin/python3`]
  const common = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_PROGRESS_BAR: 'off', PIP_ROOT_USER_ACTION: 'ignore' }
  await workspace
    .run({
      title: `pip install -r ${requirements}`,
      command: [...pip, 'install', '--no-compile', '--only-binary', ':all:', '-r', requirements, ...plan.added],
      // Wheels run nothing when they are installed; what does must not see the user's settings.
      ...(runsCode
        ? { variables: common }
        : {
            isTrusted: true,
            settings: { PIP_CONFIG_FILE: await pipSettings(context) },
            variables: { ...common, PIP_CACHE_DIR: join(workspace.cacheDir, 'pip') },
          }),
    })
    .catch((error: unknown) => {
      throw withoutWheel(error) ?? error
    })
  await workspace.run({
    title: 'compileall',
    command: ['python3', '-m', 'compileall', '-q', '--invalidation-mode', 'unchecked-hash', `/app/${FOLDER}/lib`],
    variables: { PYTHONHASHSEED: '0' },
  })
}

/** pip's own words say that there is no version at all; most often there is one, as source. */
function withoutWheel(error: unknown): BuildError | undefined {
  if (!(error instanceof BuildError) || error.reason !== 'StepFailed') return undefined
  const line = error.allOutput.find((text) => /No matching distribution found for /.test(text))
  if (line === undefined) return undefined
  return new BuildError('StepFailed', error.message, {
    hint: 'There is no such version, or none with a wheel for this Python. Packages are installed from wheels, because source packages run code when they are installed: name a version that has one.',
    ...(error.command === undefined ? {} : { command: error.command }),
    ...(error.exitCode === undefined ? {} : { exitCode: error.exitCode }),
    output: [line, ...error.output],
    cause: error,
  })
}
