import { expect, it } from 'vitest'
import type { EngineInfo } from './engine-info.ts'
import { type EngineSettings, unmetSetting } from './settings.ts'

const engine = (gateway: Partial<EngineInfo['gateway']>) =>
  ({
    runtime: 'containerd',
    apiUrl: 'https://127.0.0.1:6443',
    gateway: { host: '127.0.0.1', port: 80, url: 'http://localhost', ...gateway },
  }) as EngineInfo

it.each<[string, EngineSettings, Partial<EngineInfo['gateway']>, string | undefined]>([
  ['nothing is wished', {}, { secureUrl: 'https://localhost' }, undefined],
  ['it has what is wished', { securePort: 443, apiPort: 6443 }, { secureUrl: 'https://localhost' }, undefined],
  ['it has another port', { securePort: 443 }, { secureUrl: 'https://localhost:8443' }, '--https-port 443, 8443'],
  ['nothing is wished of one without HTTPS', { gatewayPort: 80 }, {}, undefined],
  ['it is to have HTTPS, and has none', { securePort: 443 }, {}, '--https-port 443, –'],
])('of a running engine: %s', (_, settings, gateway, expected) => {
  const unmet = unmetSetting(settings, engine(gateway))
  expect(unmet && `${unmet.option} ${unmet.wanted}, ${unmet.actual}`).toBe(expected)
})
