import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { App } from '../../api/index.ts'
import { deployedSpec } from '../deploy/deployed-spec.ts'
import { appName } from '../deploy/input.ts'
import { CliError } from '../errors.ts'
import { loadScore, renderLoaded } from './load-score.ts'
import { scoredSpec } from './scored-spec.ts'
import { filledIn } from './secret-files.ts'

const target = { name: 'shop', namespace: 'sales', image: 'built' }
const head = 'apiVersion: score.dev/v1b1\nmetadata: { name: shop }\n'

describe('the Score file of a folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'naru-score-')), 'source')
    await mkdir(folder)
  })
  afterEach(() => rm(join(folder, '..'), { recursive: true }))
  const write = (text: string) => writeFile(join(folder, 'score.yaml'), text)
  const withFile = (source: string) =>
    write(`${head}containers: { main: { image: ., files: { /etc/it: { source: ${source} } } } }\n`)
  async function refusal(work: () => Promise<unknown>): Promise<unknown> {
    try {
      await work()
    } catch (error) {
      if (error instanceof CliError) return [error.code, error.parameters.details]
      throw error
    }
    return undefined
  }
  const rendered = async () => {
    const score = await loadScore(folder)
    return score && renderLoaded(score, target)
  }

  it('need not be there', async () => expect(await loadScore(folder)).toBeUndefined())

  it('names the app, however wrong the rest of it is for deploying', async () => {
    await withFile('gone.txt')
    expect(await appName(folder, undefined)).toBe('shop')
    await write('no: score\n')
    expect(await appName(folder, undefined)).toBe('source')
  })
  it('knows the host of its app in its namespace', async () => {
    await write(
      `${head}containers: { main: { image: ., variables: { SELF: '\${resources.me.host}' } } }\nresources: { me: { type: dns } }\n`,
    )
    expect((await rendered())?.app.spec.processes?.[0]?.env).toEqual([{ name: 'SELF', value: 'shop.sales.localhost' }])
  })
  it('has the contents of files in it', async () => {
    await writeFile(join(folder, 'it.txt'), 'of ${metadata.name}')
    await withFile('./it.txt')
    expect((await rendered())?.files?.data).toEqual({ 'main.0': 'of shop' })
  })
  it('is told of with each place that is wrong', async () => {
    await write(`${head}containers:\n  main: { image: 7 }\n`)
    expect(await refusal(rendered)).toEqual([
      'scoreInvalid',
      '  score.yaml:4:18: containers.main.image must be a text: put it in quotes, "7"',
    ])
  })
  it('is not read without end, and neither is what it names', async () => {
    await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
    await withFile('pipe')
    expect(await refusal(rendered)).toEqual(['scoreInvalid', expect.stringContaining('which the folder does not have')])
    await rm(join(folder, 'score.yaml'))
    await symlink('/dev/zero', join(folder, 'score.yaml'))
    expect(await refusal(rendered)).toEqual(['scoreInvalid', '  score.yaml: is no ordinary file'])
  })
  it.each([
    ['gone.txt', 'which the folder does not have'],
    ['.', 'which is not in the folder'],
    ['../beside.txt', 'which is not in the folder'],
    ['link.txt', 'which is not in the folder'],
    ['inner', 'which the folder does not have'],
    ['large.bin', 'which has more than 1 MB'],
  ])('does not get the file %s', async (source, why) => {
    await writeFile(join(folder, '..', 'beside.txt'), 'secret')
    await symlink('../beside.txt', join(folder, 'link.txt'))
    await mkdir(join(folder, 'inner'))
    await writeFile(join(folder, 'large.bin'), Buffer.alloc(1_000_001))
    await withFile(source)
    expect(await refusal(rendered)).toEqual([
      'scoreInvalid',
      `  score.yaml:3:61: containers.main.files["/etc/it"].source names ${source}, ${why}`,
    ])
  })
})

describe('what a deploy makes of an app with a Score file', () => {
  const deployed = { image: '', deployedAt: 'now', processes: null, traffic: null }
  const scored = { image: 'new', processes: [{ name: 'web', command: ['new'] }], bindings: [{ resource: 'shop-db' }] }
  const appOf = (spec: Partial<App['spec']>): App => ({ metadata: { name: 'shop' }, spec: { image: 'old', ...spec } })

  it('is what the file says, and takes back what it no longer says', () => {
    expect(scoredSpec(undefined, deployed, scored)).toEqual({
      image: 'new',
      deployedAt: 'now',
      traffic: null,
      port: null,
      servicePorts: null,
      bindings: [{ resource: 'shop-db' }],
      processes: [{ name: 'web', command: ['new'] }],
    })
  })
  it('keeps how many there are, and no other setting', () => {
    const present = appOf({ processes: [{ name: 'web', command: ['old'], replicas: 3, volumes: [] }] })
    expect(scoredSpec(present, deployed, scored).processes).toEqual([{ name: 'web', command: ['new'], replicas: 3 }])
  })
  it('keeps what runs by the clock', () => {
    const nightly = { name: 'nightly', schedule: '@daily' }
    const present = appOf({ processes: [{ name: 'web' }, { name: 'worker' }, nightly] })
    const kept = deployedSpec(present, {
      image: '',
      deployedAt: 'now',
      processes: undefined,
      releaseCommand: undefined,
    })
    expect(scoredSpec(present, kept, scored).processes).toEqual([{ name: 'web', command: ['new'] }, nightly])
  })
  it('asks the server of an image whether the app has started, unless the file has words for it', () => {
    const readinessProbe = { httpGet: { path: '/.naru/started', port: 'http' } }
    const built = { ...deployed, processes: [{ name: 'web', readinessProbe }] }
    const probeOf = (web: object) =>
      scoredSpec(undefined, built, { ...scored, processes: [{ name: 'web', ...web }] }).processes?.[0]?.readinessProbe
    expect(probeOf({})).toEqual(readinessProbe)
    expect(probeOf({ command: ['other'] })).toBeUndefined()
    expect(probeOf({ readinessProbe: { exec: { command: ['true'] } } })).toEqual({ exec: { command: ['true'] } })
  })
  it('keeps what was added by hand, and binds nothing twice', () => {
    const present = appOf({ bindings: [{ resource: 'redis' }, { resource: 'shop-db', prefix: 'OLD_' }] })
    expect(scoredSpec(present, deployed, scored).bindings).toEqual([{ resource: 'redis' }, { resource: 'shop-db' }])
  })
  it('runs beside it what a Procfile says, but no other web', () => {
    const processes = ['web', 'worker', 'clock'].map((name) => ({ name, command: ['of the Procfile'] }))
    expect(scoredSpec(undefined, { ...deployed, processes }, scored).processes).toEqual([
      { name: 'web', command: ['new'] },
      { name: 'worker', command: ['of the Procfile'] },
      { name: 'clock', command: ['of the Procfile'] },
    ])
    const own = { ...scored, processes: [{ name: 'worker', command: ['new'] }] }
    expect(scoredSpec(undefined, { ...deployed, processes: processes.slice(0, 2) }, own).processes).toEqual(
      own.processes,
    )
  })
  it('listens where the command line says, if it does', () => {
    expect(scoredSpec(undefined, { ...deployed, port: 5000 }, { ...scored, port: 80 }).port).toBe(5000)
  })
})

describe('a file with what resources give', () => {
  const secret = { metadata: { name: 'shop-db-binding' }, data: { password: Buffer.from('s3cret').toString('base64') } }
  const secrets = new Map([['shop-db-binding', secret]])
  const part = (key: string) => [{ text: 'é=' }, { secret: 'shop-db-binding', key }, { text: '\n' }]

  it('is filled in', () => {
    expect(Buffer.from(filledIn(part('password'), secrets), 'base64').toString()).toBe('é=s3cret\n')
  })
  it('is refused when it names what there is not, and nothing secret is said', () => {
    const refusal = expect.objectContaining({
      code: 'outputUnknown',
      parameters: { resource: 'shop-db', output: 'gone', known: 'password' },
    })
    expect(() => filledIn(part('gone'), secrets)).toThrow(refusal)
    expect(() => filledIn(part('gone'), new Map())).toThrow(expect.objectContaining({ code: 'outputUnknownNone' }))
  })
})
