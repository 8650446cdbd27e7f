import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { resources } from '../../src/api/index.ts'
import { openAdminClient } from './harness/admin-client.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { killRoles, type Role } from './harness/processes.ts'

const page = (version: number) =>
  `import { createServer } from 'node:http'\ncreateServer((q, s) => s.end('version ${version}')).listen(process.env.PORT)\n`

describe('kill -9 while deploying', () => {
  let naru: Installation
  let folder: string
  let url: string
  let version = 1

  beforeAll(async () => {
    naru = await openInstallation()
    folder = await naru.copyOf('examples/hello', 'sturdy')
    await writeFile(join(folder, 'server.js'), page(version))
    url = await naru.deploy(folder, '--name', 'sturdy')
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  /** Who is killed, and what the deploy has begun by then. */
  const victims: [string, Role[], string][] = [
    ['the engine', ['engine'], 'Rolling out'],
    ['the edge', ['edge'], 'Rolling out'],
    ['containerd', ['containerd'], 'Rolling out'],
    ['the CLI', ['cli'], 'Base system'],
    ['all of them at once', ['engine', 'edge', 'containerd', 'cli'], 'Storing the image'],
    ['all of them at once, later', ['engine', 'edge', 'containerd', 'cli'], 'starting'],
  ]
  it.each(victims)('%s: nothing acknowledged is lost, nothing is doubled, the app serves', async (_, roles, stage) => {
    version += 1
    await writeFile(join(folder, 'server.js'), page(version))
    const writer = await startWriter(naru)
    const deploy = naru.startNaru('deploy', folder, '--name', 'sturdy')
    await eventually(
      `the deploy has come to "${stage}" and writes were acknowledged`,
      async () => writer.acknowledged.length > 5 && deploy.output().includes(stage),
      { everyMs: 5 },
    )
    expect(await killRoles(naru.stateDir, roles)).toBeGreaterThan(0)
    await deploy.result
    const acknowledged = await writer.stop()

    await naru.mustNaru('up')
    const present = await naru.kubectlJson<k8s.ConfigMapList>('get', 'configmaps', '-l', 'test=crash')
    const names = new Set(present.items.map((item) => item.metadata.name))
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([])
    await eventually(
      'the app serves',
      async () => /version \d/.test(await mustRun('curl', ['-sS', '--fail', '--max-time', '5', url])),
      { timeoutMs: 60_000 },
    )

    await naru.deploy(folder, '--name', 'sturdy')
    await eventually(
      'the last version serves',
      async () => (await mustRun('curl', ['-sS', '--fail', url])) === `version ${version}`,
    )
    await eventually(
      'there is one pod and one container for it',
      async () => {
        const pods = await naru.kubectlJson<k8s.PodList>('get', 'pods', '-l', 'apps.naru.dev/app=sturdy')
        const tasks = await runningTasks(naru)
        const wanted = pods.items.flatMap((pod) =>
          (pod.status?.containerStatuses ?? []).map((status) => status.containerID?.replace('containerd://', '')),
        )
        return pods.items.length === 1 && wanted.length === 1 && tasks.length === 2 && tasks.includes(wanted[0] ?? '')
      },
      { timeoutMs: 60_000 },
    )
    const owned = (await naru.kubectl('get', 'services,httproutes,releases,deployments', '-o', 'name')).split('\n')
    expect(owned.filter((line) => line.endsWith('/sturdy'))).toHaveLength(2)
    const numbers = (kind: string) =>
      owned.filter((line) => line.startsWith(`${kind}.`)).map((line) => line.split('-v')[1])
    expect(numbers('release').length).toBeGreaterThan(0)
    expect(numbers('deployment')).toEqual(numbers('release'))
    const apps = await naru.kubectl('get', 'apps', '-A', '-o', 'name')
    expect(apps.trim()).toBe('app.apps.naru.dev/sturdy')
  })

  it('keeps serving while the engine is dead', async () => {
    expect(await killRoles(naru.stateDir, ['engine'])).toBe(1)
    expect(await mustRun('curl', ['-sS', '--fail', '--max-time', '5', url])).toBe(`version ${version}`)
    await naru.mustNaru('up')
  })

  it('brings a killed edge back by itself', async () => {
    expect(await killRoles(naru.stateDir, ['edge'])).toBe(1)
    await eventually(
      'the URL answers again',
      async () => (await mustRun('curl', ['-sS', '--fail', '--max-time', '5', url])) !== '',
    )
  })

  it('comes back with the app after down and up', async () => {
    await naru.mustNaru('down')
    await naru.mustNaru('up')
    await eventually(
      'the URL answers again',
      async () => (await mustRun('curl', ['-sS', '--fail', '--max-time', '5', url])) === `version ${version}`,
      { timeoutMs: 60_000 },
    )
  })
})

/** Sandbox and app container of each pod, as containerd itself lists them. */
async function runningTasks(naru: Installation): Promise<string[]> {
  const socket = join(naru.stateDir, 'run', 'containerd', 'containerd.sock')
  const table = await mustRun('ctr', ['--address', socket, '--namespace', 'k8s.io', 'tasks', 'list'])
  return table
    .split('\n')
    .filter((line) => line.includes('RUNNING'))
    .map((line) => line.split(/\s+/)[0] ?? '')
}

/** Creates ConfigMaps one after another and remembers those the server acknowledged. */
async function startWriter(naru: Installation) {
  const admin = await openAdminClient(naru)
  const acknowledged: string[] = []
  const stopping = new AbortController()
  const run = (async () => {
    for (let n = 0; !stopping.signal.aborted && n < 5000; n += 1) {
      const name = `crash-${Date.now()}-${n}`
      try {
        await admin.client.create(resources.configmaps, {
          metadata: { name, namespace: 'default', labels: { test: 'crash' } },
          data: { n: String(n) },
        })
        acknowledged.push(name)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50)) // The server is down: that write was not acknowledged.
      }
    }
  })()
  return {
    acknowledged,
    async stop() {
      stopping.abort()
      await run
      await admin[Symbol.asyncDispose]()
      return acknowledged
    },
  }
}
