import { expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { healthExchange } from './health.ts'

const health = healthExchange({ syncLoop: () => 'pods are not followed' })

it.each([
  ['/healthz', 500, '[+]ping ok\n[+]log ok\n[-]syncloop failed: reason withheld\nhealthz check failed\n'],
  ['/healthz/ping', 200, 'ok'],
  ['/healthz/syncloop', 500, 'internal server error: pods are not followed\n'],
  ['/healthz?exclude=syncloop', 200, 'ok'],
  [
    '/healthz?exclude=syncloop&verbose=1',
    200,
    '[+]ping ok\n[+]log ok\n[+]syncloop excluded: ok\nhealthz check passed\n',
  ],
])('a kubelet that does not follow its pods says at %s: %s %j', async (url, status, text) => {
  const answer = await call(health, 'GET', url)
  expect([answer.status, answer.text]).toEqual([status, text])
})
