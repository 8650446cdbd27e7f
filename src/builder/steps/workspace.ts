/** A throw-away folder in which build commands run, isolated by bubblewrap where it is there. */
import { randomUUID } from 'node:crypto'
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BuildContext, pathExists } from '../context.ts'
import { BuildError } from '../errors.ts'
import type { StepReporter } from '../progress.ts'
import type { Source } from '../source/read-source.ts'
import { offlineHint } from '../tools/offline.ts'
import { runProcess } from '../tools/run-process.ts'
import type { Toolchain } from '../tools/toolchain.ts'
import { npmCredentials, stepEnvironment } from './environment.ts'
import { failingLines } from './failing-lines.ts'
import { sandboxed } from './sandbox.ts'
import type { PackageTool } from './package-tool.ts'

/** The user build steps run as when Naru runs as root. */
export const BUILD_USER_ID = 65_532

export interface WorkspaceOptions {
  context: BuildContext
  /** The step whose failures and output these are. */
  reporter: StepReporter
  /** Set when commands of Node.js run. */
  nodeBinary?: string
  tools?: readonly PackageTool[]
  /** The system that commands see, in place of the machine's. */
  toolchain?: Toolchain
}

export interface StepCommand {
  /** As people call it: `npm ci`. */
  title: string
  /** Program and arguments. */
  command: readonly string[]
  /** What people would type, where that is something else. */
  typed?: string
  /** Whether it gets the user's npm configuration and the shared download cache: only what runs no foreign code does. */
  isTrusted?: boolean
  /** Files with the user's settings, which may hold secrets: there only while the command runs. A variable names each. */
  settings?: Readonly<Record<string, string>>
  variables?: Readonly<Record<string, string>>
}

export class Workspace implements AsyncDisposable {
  readonly #options: WorkspaceOptions
  readonly #root: string
  /** The app's folder; build steps see it as /app. */
  readonly dir: string

  constructor(options: WorkspaceOptions, root: string) {
    this.#options = options
    this.#root = root
    this.dir = join(root, 'app')
  }

  /** Downloads that builds share; trusted commands see it at this path and write to it. */
  get cacheDir(): string {
    return join(this.#options.context.cacheDir, 'package-cache')
  }

  warn(text: string): void {
    this.#options.reporter.warn(text)
  }

  /** Copies files of the source into it. */
  async add(source: Source, include: (path: string) => boolean = () => true): Promise<void> {
    for (const file of source.files) {
      if (!include(file.path)) continue
      const target = join(this.dir, file.path)
      await mkdir(dirname(target), { recursive: true })
      if (file.type === 'symlink') await symlink(file.target, target)
      else await copyFile(join(source.root, file.path), target, constants.COPYFILE_FICLONE)
    }
  }

  /** Runs one command to its end. Throws BuildError StepFailed, StepTimedOut, Cancelled. */
  async run(step: StepCommand): Promise<void> {
    const { context, reporter } = this.#options
    const cache = this.cacheDir
    const tools = this.#options.tools ?? []
    const isNewCache = await mkdir(cache, { recursive: true, mode: 0o755 })
    const isIsolated = context.host.bwrap !== undefined
    const asOther = isIsolated && context.host.isRoot
    if (asOther) await this.#own(isNewCache === undefined ? [this.#root] : [this.#root, cache])
    const { nodeBinary } = this.#options
    const npmrc = step.isTrusted === true && nodeBinary !== undefined ? await this.#writeNpmrc(asOther) : undefined
    const noGit = join(this.#root, 'bin', 'git')
    if (step.isTrusted === true) await writeFile(noGit, NO_GIT, { mode: 0o755 })
    const settings = await this.#writeSettings(step.settings ?? {}, asOther)
    const variables = stepEnvironment({
      env: context.env,
      path: join(this.#root, 'bin'),
      home: isIsolated ? '/home/app' : join(this.#root, 'home'),
      npmrc,
      cache: step.isTrusted === true ? cache : undefined,
      packageManager: tools[0]?.name,
    })
    const program = sandboxed({
      host: context.host,
      env: context.env,
      command: ['nice', '-n', '10', ...step.command],
      appDir: this.dir,
      readOnly: [
        join(this.#root, 'bin'),
        ...(nodeBinary === undefined ? [] : [dirname(nodeBinary)]),
        ...tools.map(({ dir }) => dir),
        ...(npmrc === undefined ? [] : [npmrc]),
        ...Object.values(settings),
      ],
      writable: step.isTrusted === true ? [cache] : [],
      passwd: join(this.#root, 'passwd'),
      userId: BUILD_USER_ID,
      ...(this.#options.toolchain === undefined ? {} : { system: this.#options.toolchain.dir }),
    })
    try {
      const outcome = await runProcess({
        file: program.file,
        args: program.args,
        cwd: this.dir,
        env: { ...variables, ...settings, ...step.variables },
        signal: context.signal,
        onLine: reporter.output,
      })
      if (outcome.exitCode === 0) return
      throw new BuildError(
        outcome.timedOut ? 'StepTimedOut' : 'StepFailed',
        outcome.timedOut
          ? `"${step.title}" did not end in time and was stopped.`
          : `"${step.title}" failed with exit code ${outcome.exitCode}.`,
        {
          step: step.title,
          command: step.typed ?? step.command.join(' '),
          exitCode: outcome.exitCode,
          ...hintOf(outcome.lines),
          output: failingLines(outcome.lines),
          allOutput: outcome.lines,
        },
      )
    } finally {
      for (const path of [npmrc, noGit, ...Object.values(settings)])
        if (path !== undefined) await rm(path, { force: true })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 })
  }

  async #own(paths: readonly string[]): Promise<void> {
    const { context } = this.#options
    await runProcess({
      file: 'chown',
      args: ['-hR', `${BUILD_USER_ID}:${BUILD_USER_ID}`, ...paths],
      env: context.env,
      signal: context.signal,
    })
  }

  /** Path of each settings file by its variable. */
  async #writeSettings(settings: Readonly<Record<string, string>>, asOther: boolean): Promise<Record<string, string>> {
    const paths: Record<string, string> = {}
    for (const [variable, text] of Object.entries(settings)) {
      const path = join(this.#root, `settings-${variable}`)
      await writeFile(path, text, { mode: 0o600 })
      if (asOther) await this.#own([path])
      paths[variable] = path
    }
    return paths
  }

  /** The machine's and the user's npm configuration as one file, there only while a trusted command runs. */
  async #writeNpmrc(asOther: boolean): Promise<string> {
    const { env } = this.#options.context
    const home = env.HOME ?? '/'
    const sources = [
      '/etc/npmrc',
      '/usr/etc/npmrc',
      '/usr/local/etc/npmrc',
      env.npm_config_userconfig ?? env.NPM_CONFIG_USERCONFIG ?? join(home, '.npmrc'),
    ]
    const texts = await Promise.all(sources.map((path) => readFile(path, 'utf8').catch(() => '')))
    const path = join(this.#root, 'npmrc')
    const lines = [...texts.filter((text) => text !== ''), ...npmCredentials(env)]
    await writeFile(path, lines.join('\n'), { mode: 0o600 })
    if (asOther) await this.#own([path])
    return path
  }
}

/** Package managers prepare what they fetch by git: they run its scripts, whatever else they were told. */
const NO_GIT = `#!/bin/sh
echo "git is not run while your settings are at hand" >&2
exit 1
`

function hintOf(lines: readonly string[]): { hint?: string } {
  const hint = offlineHint(lines)
  return hint === undefined ? {} : { hint }
}

/** Throws BuildError DiskFull through its callers' translation; what was made before a failure is removed. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const root = join(options.context.cacheDir, 'work', randomUUID())
  const workspace = new Workspace(options, root)
  try {
    await mkdir(join(root, 'bin'), { recursive: true, mode: 0o755 })
    await mkdir(join(root, 'home'))
    await mkdir(workspace.dir)
    await writeFile(
      join(root, 'passwd'),
      `root:x:0:0:root:/root:/bin/sh\napp:x:${BUILD_USER_ID}:${BUILD_USER_ID}:app:/home/app:/bin/sh\n`,
    )
    if (options.nodeBinary !== undefined) await symlink(options.nodeBinary, join(root, 'bin', 'node'))
    for (const tool of options.tools ?? [])
      for (const [name, path] of Object.entries(tool.commands)) {
        const shim = join(root, 'bin', name)
        if (await pathExists(shim)) continue
        await writeFile(shim, `#!/bin/sh\nexec node '${join(tool.dir, path)}' "$@"\n`)
        await chmod(shim, 0o755)
      }
    if (options.context.host.bwrap === undefined)
      options.reporter.warn('no isolation for build steps: bubblewrap is missing. Install it with "naru doctor --fix".')
    return workspace
  } catch (error) {
    await workspace[Symbol.asyncDispose]()
    throw error
  }
}
