import { expect, it } from 'vitest'
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Installation, openInstallation } from './harness/installation.ts'
import { withoutOtherEngines } from './harness/own-traces.ts'
import { killRoles } from './harness/processes.ts'
import { machineTraces } from './harness/traces.ts'

/** What is on the machine now and was not before. */
const tracesSince = async (before: string[], { stateDir }: Installation) =>
  withoutOtherEngines(await machineTraces(), stateDir).filter((trace) => !before.includes(trace))

it('naru down --purge leaves no process, mount, interface, rule or file behind', async () => {
  const before = await machineTraces()
  const naru = await openInstallation()
  const others = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\npreferences: {}\n'
  await writeFile(naru.env.KUBECONFIG ?? '', others)
  await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
  expect((await tracesSince(before, naru)).length).toBeGreaterThan(5)

  await naru.mustNaru('down', '--purge')
  expect(await tracesSince(before, naru)).toEqual([])
  await expect(access(naru.stateDir)).rejects.toThrow(/ENOENT/)
  expect(await readFile(naru.env.KUBECONFIG ?? '', 'utf8')).not.toContain('naru')
  await naru[Symbol.asyncDispose]()
})

it('purges as well after everything of Naru was killed', async () => {
  const before = await machineTraces()
  const naru = await openInstallation()
  const image = await naru.deployHello()
  const host = await mkdtemp(join(tmpdir(), 'naru-host-path-'))
  await writeFile(join(host, 'precious'), '')
  await naru.apply(podWithMounts(image, host))
  await naru.kubectl('wait', '--for=condition=Ready', 'pod/mounts', '--timeout=90s')
  await killRoles(naru.stateDir, ['engine', 'edge', 'containerd'])
  await naru.mustNaru('down', '--purge')
  expect(await tracesSince(before, naru)).toEqual([])
  expect(await readdir(host)).toEqual(['precious'])
  await rm(host, { recursive: true })
  await naru[Symbol.asyncDispose]()
})

it('does not leave containers that were killed to another engine: says who is in the way, and then purges', async () => {
  const before = await machineTraces()
  const killed = await openInstallation()
  await killed.deployHello()
  await killRoles(killed.stateDir, ['engine', 'edge', 'containerd'])
  {
    await using other = await openInstallation()
    await other.mustNaru('up')
    const { code, stderr } = await killed.naru('down', '--purge')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/another engine, .* already runs containers/)])
    const { pid } = await other.engine()
    expect(stderr).toContain(`process ${pid}`)
  }
  await killed.mustNaru('down', '--purge')
  expect(await tracesSince(before, killed)).toEqual([])
  await killed[Symbol.asyncDispose]()
})

/** A volume in memory, and a part of a directory of this machine: both are mounts in the pod's folder. */
const podWithMounts = (image: string, host: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'mounts' },
  spec: {
    containers: [
      {
        name: 'main',
        image,
        command: ['/usr/local/bin/node', '-e', 'setInterval(() => {}, 1000)'],
        volumeMounts: [
          { name: 'memory', mountPath: '/memory' },
          { name: 'host', mountPath: '/host', subPath: '.' },
        ],
      },
    ],
    volumes: [
      { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { name: 'host', hostPath: { path: host } },
    ],
  },
})
