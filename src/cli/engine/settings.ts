/** What `naru up` may be told, and how it reaches the engine. */
import type { CommandInput } from '../context.ts'
import { parseChoice, parsePort } from '../option-values.ts'
import type { EngineInfo } from './engine-info.ts'

export interface EngineSettings {
  runtime?: 'containerd' | 'process' | undefined
  gatewayPort?: number | undefined
  securePort?: number | undefined
  apiPort?: number | undefined
}

export function parseEngineSettings({ options }: CommandInput): EngineSettings {
  return {
    runtime: parseChoice('--runtime', options.runtime, ['containerd', 'process']),
    gatewayPort: parsePort('--port', options.port),
    securePort: parsePort('--https-port', options.httpsPort),
    apiPort: parsePort('--api-port', options.apiPort),
  }
}

/** Only what was said: the rest is the engine's to decide. */
export function settingsEnvironment(settings: EngineSettings): NodeJS.ProcessEnv {
  return {
    ...(settings.runtime && { NARU_RUNTIME: settings.runtime }),
    ...(settings.gatewayPort && { NARU_GATEWAY_PORT: String(settings.gatewayPort) }),
    ...(settings.securePort && { NARU_HTTPS_PORT: String(settings.securePort) }),
    ...(settings.apiPort && { NARU_API_PORT: String(settings.apiPort) }),
  }
}

/** The first wish that a running engine does not meet, as the option and what it has instead. */
export function unmetSetting(
  settings: EngineSettings,
  engine: EngineInfo,
): { option: string; wanted: string; actual: string } | undefined {
  const pairs = [
    { option: '--runtime', wanted: settings.runtime, actual: engine.runtime },
    { option: '--port', wanted: settings.gatewayPort, actual: engine.gateway.port },
    { option: '--https-port', wanted: settings.securePort, actual: portOf(engine.gateway.secureUrl, 443) },
    { option: '--api-port', wanted: settings.apiPort, actual: Number(new URL(engine.apiUrl).port) },
  ]
  const unmet = pairs.find(({ wanted, actual }) => wanted !== undefined && wanted !== actual)
  return unmet && { option: unmet.option, wanted: String(unmet.wanted), actual: String(unmet.actual ?? '–') }
}

const portOf = (url: string | undefined, usual: number): number | undefined =>
  url === undefined ? undefined : Number(new URL(url).port || usual)
