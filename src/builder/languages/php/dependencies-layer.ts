/** The dependencies layer of a PHP app: what Composer installs, and its autoloader. Nothing of what is installed is run:
 *  neither scripts nor plugins. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildContext, imageArchitecture, pathExists } from '../../context.ts'
import { BuildError } from '../../errors.ts'
import type { TarEntry } from '../../../images/index.ts'
import { builtEntries } from '../../layers/directory-entries.ts'
import { type StepReporter, startStep } from '../../progress.ts'
import { formatBytes } from '../../source/limits.ts'
import { digestSource, type Source } from '../../source/read-source.ts'
import { ownFolder } from '../../steps/own-folder.ts'
import { openWorkspace, type Workspace } from '../../steps/workspace.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../../tools/layer-cache.ts'
import { openToolchain } from '../../tools/toolchain.ts'
import type { ComposerProject } from './composer-json.ts'
import { checkOrigins } from './composer-lock.ts'
import { composerSettings } from './composer-settings.ts'
import type { Extensions } from './extensions.ts'

const RECIPE = 2

/** What Composer needs, and the extensions among that. */
const PACKAGES = ['composer', 'php-cli', 'php-curl', 'php-mbstring', 'unzip', 'ca-certificates']
const NEEDED = ['curl', 'mbstring']

interface Options {
  source: Source
  project: ComposerProject
  extensions: Extensions
}

export async function buildPhpDependencies(context: BuildContext, options: Options): Promise<CachedLayer> {
  const { source, project, extensions } = options
  const reporter = startStep('dependencies', context.clock, context.onProgress, 'Composer')
  // What is installed is judged by the PHP that the app will have.
  const packages = [...new Set([...PACKAGES, ...extensions.packages])].toSorted()
  const toolchain = await openToolchain(context, { name: 'php', packages }, reporter)
  const include = (path: string) => project.needsSource || path === 'composer.json' || path === 'composer.lock'
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    // Its name has the digests of its packages in it.
    toolchain: toolchain.dir.slice(context.cacheDir.length),
    extensions,
    project,
    files: await digestSource(source, include),
  })
  warn(reporter, project)
  const known = await findLayer(context, 'dependencies', key)
  if (known !== undefined) {
    reporter.done(formatBytes(known.descriptor.size), true)
    return known
  }
  await using workspace = await openWorkspace({ context, reporter, toolchain })
  await workspace.add(source, include)
  await install(context, workspace, { loaded: extensions.loaded, suffix: key })
  const entries = await installedEntries(workspace.dir, project)
  const layer = await storeLayer(context, { role: 'dependencies', key, entries })
  reporter.done(`Composer, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

async function installedEntries(workspace: string, { vendor, bin }: ComposerProject): Promise<TarEntry[]> {
  const packages = await builtEntries(workspace, vendor, { prefix: `app/${vendor}` })
  // There is none where no package has a program.
  const isApart = !bin.startsWith(`${vendor}/`) && (await ownFolder(workspace, bin)) !== undefined
  return isApart ? [...packages, ...(await builtEntries(workspace, bin, { prefix: `app/${bin}` }))] : packages
}

function warn(reporter: StepReporter, { hasLock, notRun }: ComposerProject): void {
  if (!hasLock)
    reporter.warn('There is no composer.lock: what is newest now is installed. "composer update" writes it.')
  if (notRun.length > 0)
    reporter.warn(`Composer's ${notRun.join(' and ')} are not run; what they make must be in the folder.`)
}

/** What is to be installed is settled first, and looked at before any of it is there. `suffix` names the autoloader's
 *  class, which Composer would name by chance where there is no lock. */
async function install(
  context: BuildContext,
  workspace: Workspace,
  { loaded, suffix }: { loaded: readonly string[]; suffix: string },
): Promise<void> {
  const { config, auth } = await composerSettings(context)
  const extensions = [...new Set([...loaded, ...NEEDED])].flatMap((name) => ['-d', `extension=${name}`])
  const composer = (command: string) => {
    const words = `${command} --no-dev --no-scripts --no-plugins --no-interaction --no-progress --prefer-dist --no-ansi`
    return workspace.run({
      title: 'composer install',
      command: ['sh', '-ec', INSTALL, 'sh', ...extensions, '/usr/bin/composer', ...words.split(' ')],
      typed: `composer ${words}`,
      isTrusted: true,
      settings: {
        NARU_COMPOSER_CONFIG: withSuffix(config, suffix),
        ...(auth === undefined ? {} : { NARU_COMPOSER_AUTH: auth }),
      },
      variables: {
        COMPOSER_HOME: '/tmp/composer',
        COMPOSER_CACHE_DIR: join(workspace.cacheDir, 'composer'),
        COMPOSER_NO_AUDIT: '1',
        COMPOSER_ROOT_VERSION: '1.0.0',
      },
    })
  }
  const lock = join(workspace.dir, 'composer.lock')
  if (!(await pathExists(lock))) await composer('update --no-install')
  checkOrigins(await readFile(lock, 'utf8'), '/app')
  await composer('install')
}

const INSTALL = `mkdir -p "$COMPOSER_HOME"
cp "$NARU_COMPOSER_CONFIG" "$COMPOSER_HOME/config.json"
if [ -n "\${NARU_COMPOSER_AUTH:-}" ]; then cp "$NARU_COMPOSER_AUTH" "$COMPOSER_HOME/auth.json"; fi
exec /usr/bin/php[0-9]*.[0-9] "$@"`

/** The user's config.json with a name for the autoloader. */
function withSuffix(text: string | undefined, suffix: string): string {
  const whole = text === undefined ? {} : parseConfig(text)
  return JSON.stringify({ ...whole, config: { ...whole.config, 'autoloader-suffix': suffix } })
}

function parseConfig(text: string): { config?: object } {
  try {
    return JSON.parse(text) as { config?: object }
  } catch (error) {
    throw new BuildError('ComposerJsonInvalid', "Composer's own config.json is not valid JSON.", {
      hint: 'Mend it, in ~/.config/composer, ~/.composer or COMPOSER_HOME, then deploy again.',
      cause: error,
    })
  }
}
