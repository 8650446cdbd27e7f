/** What a running engine tells the CLI, in a file that is there exactly while it runs and is ready. */
import { rm } from 'node:fs/promises'
import { type ProcessIdentity, writeFileAtomically } from '../lib/index.ts'
import type { EngineFailure } from './failure.ts'
import type { EngineFiles } from './files.ts'

export interface EngineInfo extends ProcessIdentity {
  version: string
  apiUrl: string
  context: 'naru'
  runtime: 'containerd' | 'process'
  /** `none`: apps run as plain processes of the host. */
  isolation: 'containers' | 'none'
  /** Why the runtime is not containerd; empty when it is. */
  runtimeReasons: string[]
  gateway: { host: string; port: number; url: string; secureUrl: string }
  registry: { address: string }
  /** RFC 3339. */
  startedAt: string
}

export const writeEngineInfo = (files: EngineFiles, info: EngineInfo): Promise<void> =>
  writeFileAtomically(files.engineInfo, JSON.stringify(info, null, 2))

export const removeEngineInfo = (files: EngineFiles): Promise<void> => rm(files.engineInfo, { force: true })

export const writeEngineFailure = (files: EngineFiles, failure: EngineFailure): Promise<void> =>
  writeFileAtomically(
    files.engineFailure,
    JSON.stringify({ code: failure.code, message: failure.message, hint: failure.hint }),
  )
