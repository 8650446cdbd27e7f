import { expect, it } from 'vitest'
import { offlineHint } from './offline.ts'

it.each([
  "E: Failed to fetch http://packages.example/x.deb  Temporary failure resolving 'packages.example'",
  'npm error code EAI_AGAIN',
  'npm error network request to https://registry.example/left-pad failed, reason: getaddrinfo ENOTFOUND registry.example',
  'dial tcp: lookup modules.example: no such host',
  'java.net.UnknownHostException: artifacts.example',
])('%s: there is no network', (line) => expect(offlineHint(['first', line])).toContain('no network'))

it.each(['npm error 404 Not Found', 'E: The repository is not signed.', ''])('%s: there is one', (line) =>
  expect(offlineHint([line])).toBeUndefined(),
)
