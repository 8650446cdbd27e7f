import { expect, it } from 'vitest'
import { parseDnsSettings, upstreamsFor } from './dns-config-map.ts'

const settings = parseDnsSettings({
  stubDomains:
    '{"acme.local": ["1.2.3.4"], "Deep.Acme.local.": ["5.6.7.8:5353", "[fd00::1]:54", "nonsense"], "bad": 1}',
  upstreamNameservers: '["8.8.8.8"]',
})

it.each([
  ['www.acme.local', [{ address: '1.2.3.4', port: 53 }]],
  ['acme.local.', [{ address: '1.2.3.4', port: 53 }]],
  [
    'WWW.deep.ACME.local',
    [
      { address: '5.6.7.8', port: 5353 },
      { address: 'fd00::1', port: 54 },
    ],
  ],
  ['notacme.local', [{ address: '8.8.8.8', port: 53 }]],
  ['x.bad', [{ address: '8.8.8.8', port: 53 }]],
])('%s is asked of %j', (name, expected) => {
  expect(upstreamsFor(settings, name)).toEqual(expected)
})

it('without the ConfigMap, or with nonsense in it, the host is asked', () => {
  expect(upstreamsFor(parseDnsSettings(), 'x')).toBeUndefined()
  expect(upstreamsFor(parseDnsSettings({ stubDomains: '[', upstreamNameservers: '{}' }), 'x')).toBeUndefined()
})
