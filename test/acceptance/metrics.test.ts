import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { startLoad } from './harness/load.ts'

/** What a request takes of a processor. */
const BURNT_MS = 20
const BURNER = `
const { createServer } = require('node:http')
createServer((_, response) => {
  const start = process.cpuUsage()
  const burnt = () => process.cpuUsage(start).user
  while (burnt() < ${BURNT_MS * 1000}) continue
  response.end('burnt')
}).listen(process.env.PORT)
`

interface Ps {
  autoscaling: [{ replicas: number; state: string }]
}

/** What pods use is seen by kubectl and by an autoscaler, with nothing installed. */
describe('resource metrics', () => {
  let naru: Installation
  let image: string

  beforeAll(async () => {
    naru = await openInstallation()
    image = await naru.deployHello()
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  /** Takes a tenth of a core, by its limit. */
  const busy = (name: string) => ({
    name,
    image,
    command: ['/usr/local/bin/node', '-e', 'for (;;) {}'],
    resources: { requests: { cpu: '50m', memory: '16Mi' }, limits: { cpu: '100m' } },
  })
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))

  it('kubectl top node and pod, with containers', async () => {
    await naru.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'two', labels: { test: 'two' } },
      spec: { terminationGracePeriodSeconds: 1, containers: [busy('one'), busy('other')] },
    })
    await naru.kubectl('wait', '--for=condition=Ready', 'pod/two', '--timeout=60s')
    await eventually(
      'the pod shows what it uses',
      async () => {
        const top = lines(await naru.kubectl('top', 'pod', '--selector=test=two', '--no-headers'))
        const [name, cpu = '', memory = ''] = top[0] ?? []
        return name === 'two' && Number.parseInt(cpu, 10) > 20 && Number.parseInt(memory, 10) > 5
      },
      { timeoutMs: 60_000, everyMs: 1_000 },
    )
    const containers = lines(await naru.kubectl('top', 'pod', 'two', '--containers', '--no-headers'))
    expect(containers.map(([pod, container]) => `${pod}/${container}`)).toEqual(['two/one', 'two/other'])
    const [[node = '', , cpuPercent = '', , memoryPercent = ''] = []] = lines(
      await naru.kubectl('top', 'node', '--no-headers'),
    )
    expect(node).not.toBe('')
    expect([cpuPercent, memoryPercent]).toEqual([expect.stringMatching(/^\d+%$/), expect.stringMatching(/^\d+%$/)])
  })

  it('the kubelet’s documents, through the node’s proxy', async () => {
    const node = (await naru.kubectl('get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}')).trim()
    const proxy = `/api/v1/nodes/${node}/proxy`
    const summary = JSON.parse(await naru.kubectl('get', '--raw', `${proxy}/stats/summary`)) as {
      pods: { podRef: { name: string } }[]
    }
    const two = summary.pods.find(({ podRef }) => podRef.name === 'two')
    expect(two).toMatchObject({
      network: { name: 'eth0' },
      containers: [{ name: 'one', rootfs: expect.any(Object) as object }, { name: 'other' }],
    })
    expect(await naru.kubectl('get', '--raw', `${proxy}/metrics/cadvisor`)).toMatch(
      /container_cpu_usage_seconds_total\{container="one",.*namespace="default",pod="two",cpu="total"\} [\d.]+ \d+/,
    )
    expect(await naru.kubectl('get', '--raw', `${proxy}/healthz`)).toBe('ok')
  })

  const autoscaling = async () => {
    const {
      autoscaling: [web],
    } = JSON.parse(await naru.mustNaru('ps', 'burner', '--json')) as Ps
    return web
  }
  const untilIt = (what: string, holds: (web: Ps['autoscaling'][0]) => boolean) =>
    eventually(what, async () => holds(await autoscaling()), { timeoutMs: 100_000, everyMs: 1_000 })

  it('an app grows with its load, and says why', async () => {
    const folder = join(naru.root, 'burner')
    await mkdir(folder)
    await writeFile(join(folder, 'server.js'), BURNER)
    const url = await naru.deploy(folder)
    await naru.mustNaru('scale', 'burner', 'web=2..5', '--cpu', '25')
    // Half of what two pods ask for, which is 100m each: twice the aim.
    const load = startLoad(url, { perSecond: 100 / BURNT_MS })
    try {
      await untilIt('grows', ({ replicas }) => replicas > 2)
    } finally {
      await load.stop()
    }
    expect(await naru.mustNaru('ps', 'burner')).toMatch(/^web +[345] +2–5 +\d+% \/ 25% +\d+\w ago +\S/m)
    expect(await naru.kubectl('get', 'events', '--field-selector=reason=SuccessfulRescale')).toMatch(
      /horizontalpodautoscaler\/burner-web +New size: [345]; reason: cpu resource utilization \(percentage of request\) above target/,
    )
  })

  it('without load it says that fewer would do, and how long it waits before there are fewer', async () => {
    await untilIt('waits', ({ state }) => state === 'shrinking')
    expect(await naru.mustNaru('ps', 'burner')).toMatch(/fewer would do: they go when that has lasted 5m$/m)
  })

  it('whoever installs a server of their own for the group takes it over, and gives it back', async () => {
    const service = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'metrics-server', namespace: 'kube-system' },
      },
    }
    await naru.kubectlResult(['apply', '-f', '-'], { input: JSON.stringify(service) })
    const topWorks = async () => (await naru.kubectlResult(['top', 'node'])).code === 0
    await eventually('the new server is asked, and is not there', async () => !(await topWorks()))
    await naru.kubectl('delete', 'apiservice/v1beta1.metrics.k8s.io')
    await eventually('the engine answers again', topWorks)
  })
})
