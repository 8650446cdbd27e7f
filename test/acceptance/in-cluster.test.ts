/** Pods as clients of the API, in real containers: their token, its file, the Service they reach the API through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Asks the API as a client library in a pod does, and prints what came of it every second. */
const PROGRAM = `
const { readFileSync, statSync } = require('node:fs')
const { request } = require('node:https')
const read = (name) => readFileSync('${FOLDER}/' + name, 'utf8')
const ask = (host) => new Promise((resolve) => {
  const path = '/api/v1/namespaces/' + read('namespace') + '/pods'
  const headers = { authorization: 'Bearer ' + read('token') }
  request({ host, port: process.env.KUBERNETES_SERVICE_PORT, path, headers, ca: read('ca.crt') }, (answer) => {
    answer.resume()
    resolve(answer.statusCode)
  }).on('error', (error) => resolve(error.code || error.message)).end()
})
setInterval(async () => {
  const { uid, gid, mode } = statSync('${FOLDER}/token')
  const codes = [await ask(process.env.KUBERNETES_SERVICE_HOST), await ask('kubernetes.default.svc')]
  console.log(JSON.stringify({ codes, uid, gid, mode: (mode & 0o777).toString(8) }))
}, 500)`

interface Seen {
  codes: unknown[]
  uid: number
  gid: number
  mode: string
}

describe('a pod', () => {
  let naru: Installation
  let image: string

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
    await naru.deploy(await naru.copyOf('examples/hello', 'hello'))
    const { items } = await naru.kubectlJson<k8s.PodList>('get', 'pods')
    image = items[0]?.spec?.containers[0]?.image ?? ''
  })
  afterAll(() => naru[Symbol.asyncDispose]())

  async function run(name: string, spec: Partial<k8s.PodSpec> = {}): Promise<void> {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'c', image, command: ['node', '-e', PROGRAM] }], ...spec },
    }
    const made = await naru.kubectlResult(['create', '-f', '-'], { env: naru.env, input: JSON.stringify(pod) })
    expect(made.code, made.stderr).toBe(0)
    await naru.kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s')
  }
  const lastSeen = async (name: string): Promise<Seen | undefined> => {
    const line = (await naru.kubectl('logs', name, '--tail=1')).trim()
    return line === '' ? undefined : (JSON.parse(line) as Seen)
  }

  it('reaches the API as its service account, which may do nothing until a role says so', async () => {
    await run('client')
    await expect.poll(() => lastSeen('client'), { timeout: 20_000 }).toMatchObject({ codes: [403, 403], mode: '644' })
    await naru.kubectl('create', 'rolebinding', 'reads', '--clusterrole=view', '--serviceaccount=default:default')
    await expect.poll(() => lastSeen('client'), { timeout: 20_000 }).toMatchObject({ codes: [200, 200] })
  })

  it.each([
    ['user', { securityContext: { runAsUser: 1000 } }, { uid: 1000, mode: '600' }],
    ['group', { securityContext: { runAsUser: 1000, fsGroup: 2000 } }, { uid: 1000, gid: 2000, mode: '640' }],
  ])('has a token for its %s alone', async (name, spec, seen) => {
    await run(name, spec)
    await expect.poll(() => lastSeen(name), { timeout: 20_000 }).toMatchObject({ ...seen, codes: [200, 200] })
  })

  it('goes on while the engine restarts', async () => {
    await naru.mustNaru('up')
    process.kill((await naru.engine()).pid, 'SIGKILL')
    await expect.poll(async () => (await naru.naru('up')).code, { timeout: 60_000 }).toBe(0)
    await expect.poll(() => lastSeen('client'), { timeout: 30_000 }).toMatchObject({ codes: [200, 200] })
  })

  it('without a token has none', async () => {
    const spec = { automountServiceAccountToken: false }
    await run('quiet', {
      ...spec,
      containers: [{ name: 'c', image, command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }],
    })
    const { spec: made } = await naru.kubectlJson<k8s.Pod>('get', 'pod', 'quiet')
    expect(made?.volumes).toBeUndefined()
  })
})
