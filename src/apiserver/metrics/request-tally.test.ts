import { expect, test } from 'vitest'
import { RequestTally } from './request-tally.ts'

const labels = {
  verb: 'GET',
  dry_run: '',
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  subresource: '',
  scope: 'resource',
}

test('what was counted is told in the text format', () => {
  const tally = new RequestTally()
  tally.add(labels, 200, 0.01)
  tally.add(labels, 200, 70)
  tally.add({ ...labels, verb: 'WATCH' }, 200, undefined)
  const lines = tally.text().split('\n')
  const shown = 'dry_run="",group="apps",version="v1",resource="deployments",subresource="",scope="resource"'
  const of = (verb: string) => `verb="${verb}",${shown},component="apiserver"`
  expect(lines).toContain(`apiserver_request_total{${of('GET')},code="200"} 2`)
  expect(lines).toContain(`apiserver_request_total{${of('WATCH')},code="200"} 1`)
  const duration = 'apiserver_request_duration_seconds'
  expect(lines.filter((line) => line.startsWith(duration))).toHaveLength(26)
  expect(lines).toContain(`${duration}_bucket{le="0.005",${of('GET')}} 0`)
  expect(lines).toContain(`${duration}_bucket{le="0.025",${of('GET')}} 1`)
  expect(lines).toContain(`${duration}_bucket{le="60",${of('GET')}} 1`)
  expect(lines).toContain(`${duration}_bucket{le="+Inf",${of('GET')}} 2`)
  expect(lines).toContain(`${duration}_sum{${of('GET')}} 70.01`)
})

test('telling of all that the API can be asked does not hold the server up', () => {
  const tally = new RequestTally()
  for (let i = 0; i < 1000; i++) tally.add({ ...labels, resource: `resource${i}` }, 200, 0.01)
  tally.text()
  const start = performance.now()
  tally.text()
  // A fifth of what this may take is usual; the metrics library took half a second.
  expect(performance.now() - start).toBeLessThan(150)
})
