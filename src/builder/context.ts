/** What every part of a build works with. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { type Clock } from '../lib/index.ts'
import { findBinary } from '../host/index.ts'
import { BuildError } from './errors.ts'
import type { OnProgress } from './progress.ts'

/** The facts of this machine that decide how things are built. */
export interface BuildHost {
  platform: NodeJS.Platform
  /** As Node names it. */
  arch: string
  isRoot: boolean
  /** Path of bubblewrap; undefined when it is missing or may not be used. */
  bwrap: string | undefined
  /** The Node.js that runs Naru. */
  node: { version: string; execPath: string }
}

export interface BuildContext {
  /** Downloads, layers and working folders; safe to delete between builds. */
  cacheDir: string
  host: BuildHost
  /** The user's environment: PATH, HOME, proxies. Never copied into the image. */
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  signal: AbortSignal
  onProgress: OnProgress
}

/** Processor names of images (Go's) for those of Node. */
export function imageArchitecture(host: BuildHost): 'amd64' | 'arm64' {
  if (host.arch === 'x64') return 'amd64'
  if (host.arch === 'arm64') return 'arm64'
  throw new BuildError('ToolMissing', `Images cannot be built on ${host.platform}-${host.arch}.`, {
    hint: 'x64 and arm64 are supported.',
  })
}

/** Looks at this machine. `process` is read here and nowhere else in the builder. */
export async function inspectBuildHost(env: BuildContext['env']): Promise<BuildHost> {
  return {
    platform: process.platform,
    arch: process.arch,
    isRoot: process.getuid?.() === 0,
    bwrap: process.platform === 'linux' ? await findBinary('bwrap', { path: env.PATH }) : undefined,
    node: { version: process.versions.node, execPath: process.execPath },
  }
}

export async function pathExists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}
