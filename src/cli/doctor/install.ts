/** Installs Debian packages through the machine's own apt. */
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ProgramOutcome {
  /** Exit code, or -1 when it could not be started or was ended by a signal. */
  code: number
  /** The last lines it printed, both streams, oldest first. */
  tail: readonly string[]
}

/** Runs a program and hands on its lines as they come. Never rejects. */
export type RunVisibly = (
  file: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal; onLine: (line: string) => void },
) => Promise<ProgramOutcome>

export interface InstallOptions {
  packages: readonly string[]
  env: NodeJS.ProcessEnv
  signal: AbortSignal
  run: RunVisibly
  /** Where the file system begins. Default `/`. */
  root?: string
  /** `update`: fetching package lists; `install`: with apt's own line. */
  onProgress: (phase: 'update' | 'install', line: string) => void
}

/** The whole of it as a shell command, for those who must ask an administrator. */
export const installCommand = (packages: readonly string[]): string =>
  `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(' ')}`

/** Fetches the package lists when there are none, or when the first try fails (they may be outdated). The outcome is
 *  that of the last try. */
export async function installPackages(options: InstallOptions): Promise<ProgramOutcome> {
  const { packages, run, signal, onProgress } = options
  const env = { ...options.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8', APT_LISTCHANGES_FRONTEND: 'none' }
  const apt = (phase: 'update' | 'install', args: readonly string[]) =>
    run('apt-get', ['-o', 'Dpkg::Use-Pty=0', ...args], { env, signal, onLine: (line) => onProgress(phase, line) })
  const install = () => apt('install', ['install', '--yes', '--no-install-recommends', ...packages])
  if (await hasPackageLists(options.root ?? '/')) {
    const outcome = await install()
    if (outcome.code === 0 || signal.aborted) return outcome
  }
  const update = await apt('update', ['update'])
  return update.code === 0 && !signal.aborted ? install() : update
}

async function hasPackageLists(root: string): Promise<boolean> {
  const names = await readdir(join(root, 'var/lib/apt/lists')).catch((): string[] => [])
  return names.some((name) => /_Packages/.test(name))
}

const TAIL_LINES = 20

export const runVisibly: RunVisibly = (file, args, { env, signal, onLine }) =>
  new Promise((resolve) => {
    const tail: string[] = []
    const child = spawn(file, [...args], { env, signal, killSignal: 'SIGINT', stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() === '') return
        tail.push(line)
        if (tail.length > TAIL_LINES) tail.shift()
        onLine(line)
      })
    child.on('error', (error) => resolve({ code: -1, tail: [...tail, error.message] }))
    child.on('close', (code) => resolve({ code: code ?? -1, tail }))
  })
