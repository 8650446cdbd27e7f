import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

/** Notes what happens to it, and takes TAKES milliseconds to end. */
const PROGRAM = `
const { appendFileSync } = require('node:fs')
const note = (what) => appendFileSync('/notes/notes', process.env.WHO + ' ' + what + '\\n')
process.on('SIGTERM', () => {
  note('is asked')
  setTimeout(() => { note('ends'); process.exit(0) }, Number(process.env.TAKES))
})
setInterval(() => {}, 1000)
note('starts')
`
const node = ['/usr/local/bin/node', '-e']
const HOOK = `require('node:fs').appendFileSync('/notes/notes', 'main has its hook\\n')`

let naru: Installation
let url: string
let image: string
let directory: string

beforeAll(async () => {
  naru = await openInstallation()
  url = await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
  image = (await naru.kubectl('get', 'app/hello', '-o', 'jsonpath={.status.servingImage}')).trim()
  directory = join(naru.root, 'notes')
  await mkdir(directory)
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

const noted = async () => (await readFile(join(directory, 'notes'), 'utf8')).trim().split('\n')
const container = (name: string, takesMs: number, more: object = {}) => ({
  name,
  image,
  command: [...node, PROGRAM],
  env: [
    { name: 'WHO', value: name },
    { name: 'TAKES', value: String(takesMs) },
  ],
  securityContext: { runAsUser: 0 },
  volumeMounts: [{ name: 'notes', mountPath: '/notes' }],
  ...more,
})

async function createPod(name: string, spec: object): Promise<void> {
  const volumes = [{ name: 'notes', hostPath: { path: directory } }]
  await naru.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { volumes, ...spec } })
  await naru.kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s')
}

it('naru down ends pods as a node of Kubernetes does that shuts down, and naru up starts the same ones', async () => {
  await createPod('ordered', {
    initContainers: [container('sidecar', 0, { restartPolicy: 'Always' })],
    containers: [container('main', 5000, { lifecycle: { preStop: { exec: { command: [...node, HOOK] } } } })],
  })
  await eventually('both run', async () => (await noted()).includes('main starts'))
  const down = naru.startNaru('down')
  await eventually('the pod is asked to end', async () => (await noted()).includes('main is asked'), { everyMs: 20 })
  // It takes five seconds now, in which all else is still there to be asked.
  const [nodes, status] = await Promise.all([
    naru.kubectlJson<k8s.NodeList>('get', 'nodes'),
    mustRun('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', url]),
  ])
  expect(nodes.items[0]?.status?.conditions).toContainEqual(
    expect.objectContaining({
      type: 'Ready',
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'node is shutting down',
    }),
  )
  expect(status).toBe('503')
  const { code, stderr } = await down.result
  expect(code).toBe(0)
  expect(stderr).toContain('1 of 2 pods left')
  expect(await noted()).toEqual([
    'sidecar starts',
    'main starts',
    'main has its hook',
    'main is asked',
    'main ends',
    'sidecar is asked',
    'sidecar ends',
  ])

  await naru.mustNaru('up')
  await eventually('the pod runs again', async () => (await noted()).slice(7).includes('main starts'))
  expect((await noted()).slice(7)).toEqual(['sidecar starts', 'main starts'])
  await naru.kubectl('wait', '--for=condition=Ready', 'pod/ordered', '--timeout=60s')
  const pod = await naru.kubectlJson<k8s.Pod>('get', 'pod/ordered')
  expect(pod.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
  })
  await eventually('the app answers', () => mustRun('curl', ['-sS', '--fail', url]))
})

it('Ctrl-C takes from pods the time that they still have', async () => {
  await createPod('slow', { terminationGracePeriodSeconds: 600, containers: [container('slow', 600_000)] })
  await eventually('it runs', async () => (await noted()).includes('slow starts'))
  const down = naru.startNaru('down', '--timeout', '1m')
  await eventually('the pod is asked to end', async () => (await noted()).includes('slow is asked'))
  down.child.kill('SIGINT')
  const { code, stdout } = await down.result
  expect([code, stdout]).toEqual([0, expect.stringContaining('Naru is stopped')])
  await naru.mustNaru('up')
})

it('naru down --now takes from an engine that stops already the time that its pods still have', async () => {
  const before = (await noted()).length
  const since = async () => (await noted()).slice(before)
  await eventually(
    'the pod runs again',
    async () => (await noted()).filter((line) => line === 'slow starts').length === 2,
  )
  const down = naru.startNaru('down', '--timeout', '1m')
  await eventually('the pod is asked to end', async () => (await since()).includes('slow is asked'))
  const status = await naru.naru('status')
  expect([status.code, status.stdout]).toEqual([1, expect.stringMatching(/Naru is stopping: [123] of 3 pods left/)])
  await naru.mustNaru('down', '--now')
  expect((await down.result).code).toBe(0)
})
