/** One Naru of its own for a test file: state, kubeconfig and HOME in a temporary folder, the real CLI, the real
 *  kubectl. Disposing it takes everything down and fails if it cannot. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type CommandOptions, type CommandResult, mustRun, runCommand, startCommand } from './command.ts'

export const repository = resolve(import.meta.dirname, '../../..')
const naruBin = join(repository, 'bin/naru')

export interface EngineInfo {
  pid: number
  apiUrl: string
  runtime: 'containerd' | 'process'
  isolation: string
  gateway: { port: number; url: string; secureUrl: string }
  registry: { address: string }
}

export interface Installation extends AsyncDisposable {
  /** The temporary folder that holds everything. */
  root: string
  stateDir: string
  env: NodeJS.ProcessEnv
  /** The CLI, whatever its exit code. */
  naru(...args: string[]): Promise<CommandResult>
  /** The CLI started, for those who kill it. */
  startNaru(...args: string[]): ReturnType<typeof startCommand>
  /** The CLI; throws unless it exits 0; gives stdout. */
  mustNaru(...args: string[]): Promise<string>
  kubectl(...args: string[]): Promise<string>
  kubectlResult(args: string[], options?: CommandOptions): Promise<CommandResult>
  kubectlJson<T>(...args: string[]): Promise<T>
  /** `kubectl apply` of objects. Throws when kubectl complains or warns. */
  apply(...objects: object[]): Promise<void>
  engine(): Promise<EngineInfo>
  /** A copy of a folder (usually an example) that the test may change. */
  copyOf(folder: string, name?: string): Promise<string>
  /** Deploys examples/hello and gives its image, by whose Node pods of any namespace may run scripts. */
  deployHello(): Promise<string>
  /** `naru deploy folder`; gives the URL it printed last. */
  deploy(folder: string, ...args: string[]): Promise<string>
}

export interface InstallationOptions {
  env?: NodeJS.ProcessEnv
  /** Runs everything as this user instead of root. */
  user?: { uid: number; gid: number }
  /** Folder to make the installation in, default the system's temporary folder. */
  parent?: string
}

/** Downloads and base layers are shared between test files, as they are between a user's deploys. */
const sharedCache = join(tmpdir(), 'naru-acceptance-cache')

export async function openInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const root = await mkdtemp(join(options.parent ?? tmpdir(), 'naru-'))
  const stateDir = join(root, 's')
  const cacheDir = options.user ? join(root, 'cache') : sharedCache
  if (options.user) await mustRun('chown', [`${options.user.uid}:${options.user.gid}`, root])
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: root,
    LANG: 'C.UTF-8',
    KUBECONFIG: join(root, 'kubeconfig'),
    NARU_STATE_DIR: stateDir,
    NARU_CACHE_DIR: cacheDir,
    ...npmSettings(),
    ...options.env,
  }
  const run: CommandOptions = { env, ...options.user }
  const naru = (...args: string[]) => runCommand(naruBin, args, { ...run, timeoutMs: 240_000 })
  const mustNaru = (...args: string[]) => mustRun(naruBin, args, { ...run, timeoutMs: 240_000 })
  const kubectlArgs = (args: string[]) => ['--context', 'naru', ...args]
  const kubectl = (...args: string[]) => mustRun('kubectl', kubectlArgs(args), run)
  const engine = async () => JSON.parse(await readFile(join(stateDir, 'run', 'engine.json'), 'utf8')) as EngineInfo

  const copyOf: Installation['copyOf'] = async (folder, name = 'app') => {
    const copy = join(root, 'src', name)
    await cp(resolve(repository, folder), copy, { recursive: true, filter: (path) => !path.includes('node_modules') })
    if (options.user) await mustRun('chown', ['-R', `${options.user.uid}:${options.user.gid}`, join(root, 'src')])
    return copy
  }
  const deploy: Installation['deploy'] = async (folder, ...args) => {
    const output = await mustNaru('deploy', folder, ...args)
    const url = output.trim().split('\n').at(-1)?.trim() ?? ''
    if (!/^http:\/\/\S+$/.test(url)) throw new Error(`naru deploy printed no URL last:\n${output}`)
    return url
  }

  return {
    root,
    stateDir,
    env,
    naru,
    mustNaru,
    startNaru: (...args) => startCommand(naruBin, args, { ...run, timeoutMs: 240_000 }),
    kubectl,
    kubectlResult: (args, more) => runCommand('kubectl', kubectlArgs(args), { ...run, ...more }),
    kubectlJson: async (...args) => JSON.parse(await kubectl(...args, '-o', 'json')),
    engine,
    async apply(...objects) {
      const input = objects.map((object) => JSON.stringify(object)).join('\n')
      const { stdout, stderr } = await runCommand('kubectl', kubectlArgs(['apply', '-f', '-']), { ...run, input })
      if (stderr !== '') throw new Error(`kubectl apply: ${stdout}${stderr}`)
    },
    copyOf,
    deploy,
    async deployHello() {
      await deploy(await copyOf('examples/hello', 'hello'))
      await kubectl('create', 'rolebinding', 'hello', '--clusterrole=view', '--group=system:serviceaccounts')
      return (await kubectl('get', 'app/hello', '-o', 'jsonpath={.status.servingImage}')).trim()
    },
    async [Symbol.asyncDispose]() {
      // What goes for good needs no time to end well: pods that do not heed SIGTERM would have half a minute.
      const result = await naru('down', '--purge', '--now')
      if (result.code !== 0) throw new Error(`naru down --purge failed:\n${result.stdout}\n${result.stderr}`)
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** npm's own settings reach the builds as they would from a user's shell; HOME is ours, so they are handed on. */
function npmSettings(): NodeJS.ProcessEnv {
  const settings: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(process.env))
    if (
      /^(npm_config_(registry|cafile|proxy|https_proxy)|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i.test(
        name,
      )
    )
      settings[name] = value
  return settings
}
