/** How a running engine is described, to people and to machines. */
import type { CommandContext } from '../context.ts'
import type { EngineInfo } from './engine-info.ts'

export const isolationNote = ({ t }: CommandContext): string => t('engine.noIsolation')

/** The fields that scripts may rely on. */
export const engineDocument = (engine: EngineInfo): object => ({
  running: true,
  version: engine.version,
  pid: engine.pid,
  runtime: engine.runtime,
  isolation: engine.isolation,
  apiUrl: engine.apiUrl,
  gatewayUrl: engine.gateway.url,
  gatewaySecureUrl: engine.gateway.secureUrl,
  registry: engine.registry.address,
  startedAt: engine.startedAt,
})
