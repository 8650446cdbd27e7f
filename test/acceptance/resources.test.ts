/** Databases by one command each: real servers, assembled from Debian packages, bound to an app that keeps rows in them. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { eventually, mustRun, runCommand } from './harness/command.ts'
import { killContainer } from './harness/kill-container.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

describe('what an app needs beside itself', () => {
  let naru: Installation
  let folder: string
  let url: string

  beforeAll(async () => {
    naru = await openInstallation()
    folder = await naru.copyOf('test/acceptance/programs/rows', 'rows')
    await naru.mustNaru('add', 'postgres', '--as', 'db', '--app', 'rows', '-p', 'storage=2Gi')
    url = await naru.deploy(folder)
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  const ask = async (path: string, method = 'GET', body = '') => {
    const given = ['--request', method, ...(body === '' ? [] : ['--data', body])]
    return JSON.parse(await mustRun('curl', ['-sS', '--fail-with-body', '--max-time', '8', ...given, `${url}${path}`]))
  }
  const database = () => naru.kubectlJson<k8s.Pod>('get', 'pod', 'db-0')
  const mainContainer = (pod: k8s.Pod) => pod.status?.containerStatuses?.[0]

  it('is there before the first deploy, whose release step has it, too', async () => {
    expect(await ask('/rows')).toEqual([])
    await ask('/rows/1', 'POST')
    expect(await ask('/rows')).toEqual([1])
    const bound = (await ask('/bound')) as { files: Record<string, string[]>; same: boolean }
    expect(bound.same).toBe(true)
    expect(bound.files.db).toEqual(['database', 'host', 'password', 'port', 'provider', 'type', 'uri', 'username'])
  })

  it('shows no password, but in Secrets', async () => {
    const secret = await naru.kubectlJson<k8s.Secret>('get', 'secret', 'db-binding')
    const password = Buffer.from(secret.data?.password ?? '', 'base64').toString()
    expect(password).toHaveLength(32)
    const objects = await naru.kubectl('get', 'resources,sts,pods,svc,apps,releases,deploy,events', '-o', 'json')
    expect(objects).not.toContain(password)
    expect(await naru.mustNaru('resources', '--json')).not.toContain(password)
    const { code } = await runCommand('grep', ['-rq', password, join(naru.stateDir, 'logs')])
    expect(code).toBe(1)
  })

  it('loses no row that was acknowledged when its container is killed', async () => {
    const before = mainContainer(await database())
    const acknowledged: number[] = []
    let next = 1000
    const write = async () => {
      const id = next++
      await ask(`/rows/${id}`, 'POST').then(
        () => acknowledged.push(id),
        () => undefined,
      )
    }
    while (acknowledged.length < 30) await write()
    await killContainer(naru, before?.containerID ?? '')
    const killedAfter = acknowledged.length
    await eventually('rows are kept again', async () => {
      await write()
      return acknowledged.length > killedAfter + 10
    })
    expect(mainContainer(await database())?.restartCount).toBeGreaterThan(before?.restartCount ?? 0)
    const rows = new Set((await ask('/rows')) as number[])
    expect(acknowledged.filter((id) => !rows.has(id))).toEqual([])
  })

  it('is added to an app that runs: a new release, which has it', async () => {
    const report = JSON.parse(await naru.mustNaru('add', 'redis', '--app', 'rows', '--json')) as object
    expect(report).toMatchObject({ name: 'redis', type: 'redis', app: 'rows', variables: ['REDIS_URL'] })
    expect(await ask('/cache/a', 'PUT', 'kept')).toBe('OK')
    const pod = await naru.kubectlJson<k8s.Pod>('get', 'pod', 'redis-0')
    await killContainer(naru, mainContainer(pod)?.containerID ?? '')
    await eventually('Redis answers again', async () => (await ask('/cache/a').catch(() => '')) === 'kept')
    expect(await naru.mustNaru('resources')).toMatch(/db +postgres +ready .*rows[^]*redis +redis +ready .*rows/)
  })

  it('a volume is a folder that lasts', async () => {
    await naru.mustNaru('add', 'volume', '--as', 'files', '--app', 'rows', '-p', 'path=/files')
    expect(await ask('/files/a', 'PUT', 'kept')).toBe('kept')
    await naru.mustNaru('restart', 'rows')
    expect(await ask('/files/a')).toBe('kept')
  })

  it.each([
    ['mariadb', 'mariadb -h mariadb -u app -p"$MARIADB_PASSWORD" app -e "select 1"'],
    ['mosquitto', 'mosquitto_pub -h mosquitto -u app -P "$MOSQUITTO_PASSWORD" -t topic -m message'],
    ['rabbitmq', 'rabbitmqctl -q authenticate_user app "$RABBITMQ_PASSWORD"'],
    ['nats', 'test -d /data/nats'],
    ['memcached', 'true'],
  ])('%s comes to be ready, and is used with its password where it asks for one', async (type, command) => {
    await naru.mustNaru('add', type, '--no-bind', '--timeout', '2m')
    await naru.kubectl('exec', `${type}-0`, '--', 'sh', '-c', command)
    await naru.mustNaru('remove', type, '--yes')
  })

  it('is taken away: first from the app, then with all that was made for it', async () => {
    const refused = await naru.naru('remove', 'redis')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('a last dump is kept in')])
    const undumped = await naru.naru('remove', 'redis', '--no-dump')
    expect([undumped.code, undumped.stderr]).toEqual([2, expect.stringContaining('everything that it stores')])
    await naru.mustNaru('remove', 'redis', '--yes')
    await eventually('nothing of it is left', async () => {
      const left = await naru.kubectl(
        'get',
        'sts,svc,pvc,pods,secrets',
        '-l',
        'apps.naru.dev/resource=redis',
        '-o',
        'name',
      )
      return left.trim() === ''
    })
    expect(((await ask('/bound')) as { files: object }).files).not.toHaveProperty('redis')
    expect(await ask('/rows')).toContain(1)
  })
})
