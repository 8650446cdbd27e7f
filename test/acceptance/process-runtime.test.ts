import { access, chmod, constants, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation, repository } from './harness/installation.ts'

/** `nobody`: has no rights, no home, no containerd. */
const nobody = { uid: 65534, gid: 65534 }

describe('as an ordinary user, on the process runtime', () => {
  let naru: Installation
  let url: string

  beforeAll(async () => {
    naru = await openInstallation({ user: nobody })
    await chmod(naru.root, 0o755)
    await access(repository, constants.R_OK)
    url = await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  it('deploys to a URL that answers', async () => {
    expect(await mustRun('curl', ['-sS', '--fail', url])).toMatch(/hello/i)
    const owner = await mustRun('ps', ['-o', 'user=', '-p', String((await naru.engine()).pid)])
    expect(owner.trim()).toBe('nobody')
  })

  it('says plainly that there is no isolation: in status, in JSON, and on the Node', async () => {
    expect(await naru.mustNaru('status')).toMatch(/no isolation/i)
    expect(JSON.parse(await naru.mustNaru('status', '--json'))).toMatchObject({ runtime: 'process', isolation: 'none' })
    const nodes = await naru.kubectlJson<k8s.NodeList>('get', 'nodes')
    expect(nodes.items[0]?.status?.nodeInfo?.containerRuntimeVersion).toMatch(/^process:\/\//)
  })

  it('runs several copies side by side and replaces them', async () => {
    await naru.mustNaru('scale', 'hello', 'web=2')
    await naru.kubectl('wait', '--for=jsonpath={.status.readyReplicas}=2', 'deployment/hello-v1', '--timeout=60s')
    await naru.mustNaru('restart', 'hello')
    expect(await mustRun('curl', ['-sS', '--fail', url])).toMatch(/hello/i)
  })

  it('leaves no process behind after down --purge', async () => {
    await naru.mustNaru('down', '--purge')
    const left = await runCommand('ps', ['-u', 'nobody', '-o', 'args='])
    expect(left.stdout.split('\n').filter((line) => /naru|server\.js/.test(line))).toEqual([])
  })
})

it('where containerd is missing, root gets the process runtime too, and is told', async () => {
  const parts = await mkdtemp(join(tmpdir(), 'naru-path-'))
  for (const directory of (process.env.PATH ?? '').split(':'))
    for (const name of await readdir(directory).catch(() => []))
      if (!/^(containerd|runc|ctr)/.test(name)) await symlink(join(directory, name), join(parts, name)).catch(() => {})
  const naru = await openInstallation({ env: { PATH: parts } })
  try {
    const url = await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
    expect(await mustRun('curl', ['-sS', '--fail', url])).toMatch(/hello/i)
    const status = await naru.mustNaru('status')
    expect(status).toMatch(/no isolation/i)
    expect(await naru.engine()).toMatchObject({
      runtime: 'process',
      runtimeReasons: expect.arrayContaining([expect.stringMatching(/containerd/)]),
    })
  } finally {
    await naru[Symbol.asyncDispose]()
    await rm(parts, { recursive: true })
  }
})
