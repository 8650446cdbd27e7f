/** Installs dependencies in a workspace exactly as the lockfile says: first without running anything of theirs, with the
 *  user's npm configuration; then their install scripts, without it. */
import type { PackageJson } from '../detect/package-json.ts'
import type { PackageManager } from '../detect/plan.ts'
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'
import { SHORT_LOOKUPS } from '../tools/offline.ts'
import { foreignCode } from './foreign-code.ts'
import type { Workspace } from './workspace.ts'

export interface InstallOptions {
  workspace: Workspace
  manager: PackageManager
  manifest: PackageJson
  /** Whether dependencies of development are left out. */
  production: boolean
  source: Source
}

/** Between their tries npm and pnpm wait ten seconds, then a minute: without a network nobody wants to wait for that. */
const HASTE = { ...SHORT_LOOKUPS, npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '5000' }

/** A .npmrc may name another program for git, and there is none while the user's settings are. */
const WITHOUT_CODE: Readonly<Record<PackageManager['name'], readonly string[]>> = {
  npm: ['--git=git'],
  pnpm: ['--ignore-pnpmfile'],
  yarn: [],
}

/** The app's own scripts that belong to an installation. `prepare` is for development. */
const OWN_SCRIPTS = ['preinstall', 'install', 'postinstall']

/** Throws BuildError LockfileMismatch and what `Workspace.run` throws. */
export async function installDependencies(options: InstallOptions): Promise<void> {
  const { workspace, manager, manifest, production, source } = options
  const lockfile = (await source.readText(manager.lockfile)) ?? ''
  const foreign = await foreignCode({ manager, source, lockfile })
  if (foreign !== undefined)
    workspace.warn(
      `${foreign} may run code while ${manager.name} installs, which therefore gets neither your npm configuration nor what other builds have downloaded.`,
    )
  const isTrusted = foreign === undefined
  const command = [...installCommand(manager, production), ...(isTrusted ? WITHOUT_CODE[manager.name] : [])]
  const title = command.slice(0, command[1] === 'ci' ? 2 : 3).join(' ')
  try {
    await workspace.run({
      title,
      command,
      isTrusted,
      variables: {
        ...HASTE,
        // Which one it is has been settled: a package.json may ask for another, from a registry of its own.
        ...(manager.name === 'pnpm' ? { npm_config_manage_package_manager_versions: 'false' } : {}),
        YARN_NODE_LINKER: 'node-modules',
        YARN_ENABLE_GLOBAL_CACHE: 'false',
        YARN_IGNORE_PATH: '1',
      },
    })
  } catch (error) {
    throw asMismatch(error, manager) ?? error
  }
  if (mayHaveInstallScripts(manager, lockfile))
    await workspace.run(
      manager.name === 'pnpm'
        ? { title: 'pnpm rebuild', command: ['pnpm', 'rebuild'] }
        : { title: 'npm rebuild', command: ['npm', 'rebuild', '--foreground-scripts'] },
    )
  const scripts = OWN_SCRIPTS.filter((name) => manifest.scripts[name] !== undefined)
  if (!production && manifest.scripts.prepare !== undefined) scripts.push('prepare')
  for (const name of scripts) await workspace.run({ title: `npm run ${name}`, command: ['npm', 'run', name] })
}

function installCommand({ name, version }: PackageManager, production: boolean): string[] {
  if (name === 'npm') return ['npm', 'ci', '--ignore-scripts', ...(production ? ['--omit=dev'] : [])]
  if (name === 'pnpm')
    return [
      'pnpm',
      'install',
      '--frozen-lockfile',
      '--ignore-scripts',
      '--package-import-method=copy',
      ...(production ? ['--prod'] : []),
    ]
  if (version.startsWith('1'))
    return [
      'yarn',
      'install',
      '--frozen-lockfile',
      '--ignore-scripts',
      '--non-interactive',
      ...(production ? ['--production'] : []),
    ]
  return production
    ? ['yarn', 'workspaces', 'focus', '--all', '--production']
    : ['yarn', 'install', '--immutable', '--mode=skip-build']
}

/** npm's lockfile says which packages have install scripts; the others do not, so they are asked for to be sure. */
function mayHaveInstallScripts(manager: PackageManager, lockfile: string): boolean {
  return manager.name !== 'npm' || /"hasInstallScript": *true/.test(lockfile)
}

/** What each package manager says when lockfile and package.json disagree. */
const MISMATCH =
  /can only install packages when your package\.json|ERR_PNPM_OUTDATED_LOCKFILE|lockfile needs to be updated|YN0028/

/** What disagrees, without the help text that npm adds. */
function mismatchLines(lines: readonly string[]): string[] {
  return [
    ...new Set(
      lines.filter((line) => MISMATCH.test(line) || /\b(?:Invalid|Missing): |Failure reason|specifiers in/.test(line)),
    ),
  ].slice(0, 12)
}

function asMismatch(error: unknown, manager: PackageManager): BuildError | undefined {
  if (!(error instanceof BuildError) || !error.allOutput.some((line) => MISMATCH.test(line))) return undefined
  return new BuildError('LockfileMismatch', `${manager.lockfile} does not agree with package.json.`, {
    hint: `Run "${manager.name} install" in the folder, keep the changed ${manager.lockfile}, then deploy again.`,
    ...(error.step === undefined ? {} : { step: error.step }),
    ...(error.command === undefined ? {} : { command: error.command }),
    ...(error.exitCode === undefined ? {} : { exitCode: error.exitCode }),
    output: mismatchLines(error.allOutput),
    cause: error,
  })
}
