/** An app through its releases, as a developer meets them: a Procfile, a migration, a canary, one-off commands. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, k8s } from '../../src/api/index.ts'
import { eventually, mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { startLoad } from './harness/load.ts'

const SERVER = `
const { createServer } = require('node:http')
const version = require('./version.json')
createServer((_, response) => response.end('version ' + version)).listen(process.env.PORT)
`
const WORKER = `
console.log('worker', require('./version.json'), process.env.TOKEN ?? 'no token')
setInterval(() => {}, 1000)
`
const MIGRATE = `
console.log('migrating', process.env.TOKEN ?? 'no token')
process.exit(require('./version.json') === 'broken' ? 3 : 0)
`
const PROCFILE = `web: node server.js
worker: node worker.js
release: node migrate.js
`

describe('an app with processes and a release step', () => {
  let naru: Installation
  let folder: string
  let url: string

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
    folder = join(naru.root, 'shop')
    await mustRun('mkdir', ['-p', folder])
    const files = { 'server.js': SERVER, 'worker.js': WORKER, 'migrate.js': MIGRATE, Procfile: PROCFILE }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    await version('one')
    await naru.mustNaru('up')
    await naru.mustNaru('env', 'set', 'TOKEN=t0ken', '--app', 'shop')
    url = await naru.deploy(folder, '-m', 'the first')
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const version = (text: string) => writeFile(join(folder, 'version.json'), JSON.stringify(text))
  const answer = () => mustRun('curl', ['-sS', '--fail', '--max-time', '5', url])
  const app = () => naru.kubectlJson<App>('get', 'app/shop')
  const inShop = (command: string, ...args: string[]) => naru.mustNaru(command, '--app', 'shop', ...args)

  it('is migrated, answers, and works, with the configuration that was set before', async () => {
    expect(await answer()).toBe('version one')
    const step = await naru.kubectl('logs', 'job/shop-v1-release')
    expect(step).toBe('migrating t0ken\n')
    await eventually('the worker says so', async () =>
      (await naru.kubectl('logs', 'deployment/shop-v1-worker')).includes('worker one t0ken'),
    )
    const [secret] = (await naru.kubectlJson<k8s.SecretList>('get', 'secrets')).items
    expect(secret?.metadata.ownerReferences).toMatchObject([{ kind: 'App', name: 'shop' }])
  })

  it('runs commands of one’s own in its image and environment, and hands on their exit code', async () => {
    const printed = await inShop('run', '--', 'node', '--print', 'process.env.TOKEN + " " + require("./version.json")')
    expect(printed).toBe('t0ken one\n')
    const failed = await naru.naru(
      'run',
      '--app',
      'shop',
      '--',
      'node',
      '--eval',
      'console.error("no"); process.exit(7)',
    )
    expect(failed).toMatchObject({ code: 7, stdout: '' })
    expect(failed.stderr).toContain('no\n')
    expect(await inShop('exec', '--process', 'worker', '--', 'node', '--print', '6 * 7')).toBe('42\n')
    for (const command of ['run', 'exec']) {
      const ask = (...words: string[]) => naru.naru(command, '--app', 'shop', '--', ...words)
      const [missing, noProgram, killed] = [
        await ask('nowhere'),
        await ask('/etc/passwd'),
        await ask('sh', '-c', 'kill -9 $$'),
      ]
      expect([missing.code, noProgram.code, killed.code]).toEqual([127, 126, 128 + 9])
      expect(missing.stderr).toMatch(/^error: there is no program "nowhere" in the image of shop-/m)
      expect(noProgram.stderr).toMatch(/^error: "\/etc\/passwd" in shop-\S+ is not a program/m)
    }
    await eventually('no pod of a command is left', async () => {
      const pods = await naru.kubectl('get', 'pods', '-l', 'apps.naru.dev/process=run', '-o', 'name')
      return pods.trim() === ''
    })
  })

  it('takes files and gives them back as they were', async () => {
    const seed = join(naru.root, 'seed')
    await mkdir(join(seed, 'empty'), { recursive: true })
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * index) % 253))
    await writeFile(join(seed, 'data.bin'), bytes)
    await writeFile(join(seed, 'run.sh'), '#!/bin/sh\necho ran\n', { mode: 0o755 })
    await inShop('cp', seed, 'worker:/tmp')
    expect(await inShop('exec', '--process', 'worker', '--', '/tmp/seed/run.sh')).toBe('ran\n')
    const back = join(naru.root, 'back')
    await inShop('cp', 'worker:/tmp/seed', back)
    expect((await readdir(back)).toSorted()).toEqual(['data.bin', 'empty', 'run.sh'])
    expect((await readFile(join(back, 'data.bin'))).equals(bytes)).toBe(true)
    await inShop('cp', ':server.js', back)
    expect(await readFile(join(back, 'server.js'), 'utf8')).toBe(SERVER)
    const refused = await naru.naru('cp', ':/gone', back, '--app', 'shop')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/could not be copied: tar: .*gone.*No such file/)
    expect(await readdir(naru.root)).not.toContainEqual(expect.stringContaining('.naru-cp-'))
  })

  it('is reached through a port of this machine', async () => {
    const forwarding = naru.startNaru('port-forward', '0:8080', '--app', 'shop')
    let address: string | undefined
    await eventually('it says where', async () => {
      address = /^(127\.0\.0\.1:\d+) leads/m.exec(forwarding.output())?.[1]
      return address !== undefined
    })
    const answers = await Promise.all([1, 2, 3].map(() => mustRun('curl', ['-sS', '--fail', `http://${address}/`])))
    expect(answers).toEqual(['version one', 'version one', 'version one'])
    forwarding.child.kill('SIGINT')
    await forwarding.result
  })

  it('a migration that fails stops the deploy, shows its last lines, and nothing of the version is started', async () => {
    await version('broken')
    const result = await naru.naru('deploy', folder)
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/release step failed \(exit code 3\)/)
    expect(result.stderr).toContain('migrating t0ken')
    expect(await answer()).toBe('version one')
    expect(await naru.kubectl('get', 'deployments', '-o', 'name')).not.toContain('shop-v2')
  })

  it('a canary gets its share, its own URL, and then all, without a failed request', async () => {
    await version('two')
    const load = startLoad(url, { perSecond: 20 })
    await naru.deploy(folder, '--no-traffic', '-m', 'the second')
    expect(await answer()).toBe('version one')
    await naru.mustNaru('traffic', 'shop', 'v1=50', 'latest=50:next')
    const { status } = await app()
    const tagged = status?.traffic?.find(({ tag }) => tag === 'next')
    expect(await mustRun('curl', ['-sS', '--fail', tagged?.url ?? ''])).toBe('version two')
    const answers = new Set<string>()
    await eventually('both answer', async () => answers.add(await answer()).size === 2)
    await naru.mustNaru('traffic', 'shop', 'latest=100')
    await eventually('only the new one answers', async () => (await answer()) === 'version two')
    await new Promise((resolve) => setTimeout(resolve, 4000)) // The old release's last seconds belong to the test.
    const { sent, failures } = await load.stop()
    expect(failures).toEqual([])
    expect(sent).toBeGreaterThan(100)
  })

  it('a release that crashes is withdrawn by itself, and the one before goes on', async () => {
    await writeFile(join(folder, 'server.js'), 'process.exit(1)')
    expect((await naru.naru('deploy', folder)).code).toBe(1)
    await eventually(
      'it is withdrawn',
      async () => {
        const { releases } = JSON.parse(await naru.mustNaru('releases', 'shop', '--json')) as {
          releases: { state: string }[]
        }
        return releases[0]?.state === 'withdrawn'
      },
      { timeoutMs: 60_000 },
    )
    expect(await answer()).toBe('version two')
    await eventually('its pods are gone', async () => {
      const { pods } = JSON.parse(await naru.mustNaru('ps', 'shop', '--json')) as {
        pods: { release: number; process: string }[]
      }
      const lasting = pods.filter(({ process }) => process !== 'release')
      return new Set(lasting.map(({ release }) => release)).size === 1
    })
  })

  it('is configured as it serves, and goes back to the first with everything it had, without a failed request', async () => {
    await forgetImages(naru)
    const load = startLoad(url, { perSecond: 20 })
    await naru.mustNaru('env', 'set', 'TOKEN=other', '--app', 'shop')
    expect(await inShop('exec', '--', 'node', '--print', 'process.env.TOKEN')).toBe('other\n')
    await naru.mustNaru('rollback', 'shop', 'v1')
    expect(await answer()).toBe('version one')
    expect(await inShop('exec', '--', 'node', '--print', 'process.env.TOKEN')).toBe('t0ken\n')
    await naru.mustNaru('restart', 'shop')
    await new Promise((resolve) => setTimeout(resolve, 4000))
    expect((await load.stop()).failures).toEqual([])
  })

  it('runs what it is told to by the clock, through deploys, and out of turn', async () => {
    interface Scheduled {
      name: string
      runs: { state: string; exitCode?: number }[]
    }
    const added = await inShop(
      'cron',
      'add',
      'report',
      '0 3 1 1 *',
      '--',
      'node',
      '--print',
      '"report " + process.env.TOKEN',
    )
    expect(added).toMatch(/^report runs next at 20\d\d-01-01T03:00:00.000Z/)
    await inShop('cron', 'add', 'tick', '@every 1s', '--', 'echo tick; exit 3')
    await version('three')
    await writeFile(join(folder, 'server.js'), SERVER)
    await naru.deploy(folder)
    expect(await inShop('cron', 'run', 'report')).toBe('report t0ken\n')
    const failed = await naru.naru('cron', 'run', 'tick', '--app', 'shop')
    expect(failed).toMatchObject({ code: 3, stdout: 'tick\n' })
    expect(failed.stderr).toContain('tick: failed (exit 3)')
    const read = async () =>
      (JSON.parse(await naru.mustNaru('ps', 'shop', '--json')) as { scheduled: Scheduled[] }).scheduled
    await eventually('the clock has run one, too', async () => ((await read())[1]?.runs.length ?? 0) > 1)
    expect((await read())[0]).toMatchObject({ name: 'report', runs: [{ state: 'succeeded', exitCode: 0 }] })
    expect(await naru.mustNaru('ps', 'shop')).toMatch(/tick +@every 1s \(UTC\) .* failed \(exit 3\) +\/bin\/sh -c echo/)
    expect(await naru.mustNaru('logs', 'shop', '--process', 'tick')).toMatch(
      /tick\.\w+ \| tick\n=> tick\.\w+ ended with exit code 3/,
    )
    await inShop('cron', 'remove', 'tick')
    await eventually('its CronJob is gone', async () => {
      const names = await naru.kubectl('get', 'cronjobs,jobs', '-l', 'apps.naru.dev/process=tick', '-o', 'name')
      return names === ''
    })
  })

  it('is deleted with all that was made for it', async () => {
    await naru.mustNaru('delete', 'shop', '--yes')
    await eventually('nothing is left of it', async () => {
      const kinds = 'releases,secrets,deployments,jobs,pods,services,httproutes'
      return (await naru.kubectl('get', kinds, '-l', 'apps.naru.dev/app=shop', '-o', 'name')).trim() === ''
    })
  })
})

/** As a node does when it is short of space: the registry alone has the images then. */
async function forgetImages({ stateDir }: Installation): Promise<void> {
  const socket = join(stateDir, 'run', 'containerd', 'containerd.sock')
  const ctr = (...args: string[]) => mustRun('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', ...args])
  const images = (await ctr('list', '--quiet')).split('\n').filter((image) => image.includes('/default/shop'))
  expect(images.length).toBeGreaterThan(1)
  await ctr('remove', '--sync', ...images)
}
