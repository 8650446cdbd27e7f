import { expect, it } from 'vitest'
import { access, readFile, writeFile } from 'node:fs/promises'

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
  await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
  await killRoles(naru.stateDir, ['engine', 'edge', 'containerd'])
  await naru.mustNaru('down', '--purge')
  expect(await tracesSince(before, naru)).toEqual([])
  await naru[Symbol.asyncDispose]()
})
