/** What a host process is started as, for a container of an image whose own files lie in a directory. Pure but for
 *  looking whether files are there. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerConfig } from '../runtime/runtime.ts'
import type { ImageConfig } from './registry.ts'

export interface ProcessSpec {
  command: string[]
  cwd: string
  env: Record<string, string>
}

const PATH_IN_IMAGE = ['usr/local/bin', 'usr/bin', 'bin', 'usr/local/sbin', 'usr/sbin']
const HOST_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'

/** An absolute path of the image becomes one of the directory, when it is there. */
const moved = (files: string, path: string) => {
  if (!path.startsWith('/')) return path
  const inside = join(files, path)
  return existsSync(inside) ? inside : path
}

export function processSpec(
  image: ImageConfig,
  container: ContainerConfig,
  place: { files: string; home: string; port: number | undefined },
): ProcessSpec {
  const own = image.config ?? {}
  const entrypoint = container.command.length > 0 ? container.command : (own.Entrypoint ?? [])
  const args = container.args.length > 0 ? container.args : container.command.length > 0 ? [] : (own.Cmd ?? [])
  const env: Record<string, string> = {}
  for (const pair of own.Env ?? []) {
    const at = pair.indexOf('=')
    if (at > 0) env[pair.slice(0, at)] = pair.slice(at + 1)
  }
  for (const { name, value } of container.env) env[name] = value
  env.PATH = [...PATH_IN_IMAGE.map((path) => join(place.files, path)), HOST_PATH].join(':')
  env.HOME = place.home
  if (place.port !== undefined) env.PORT = String(place.port)
  const workingDir = container.workingDir || own.WorkingDir || '/'
  return {
    command: [...entrypoint, ...args].map((part) => moved(place.files, part)),
    cwd: join(place.files, workingDir),
    env,
  }
}

/** The container port that stands for `PORT`: the one the variable names. */
export function portVariable(container: ContainerConfig): number | undefined {
  const value = Number(container.env.find(({ name }) => name === 'PORT')?.value)
  return Number.isInteger(value) && value > 0 && value <= 65_535 ? value : undefined
}
