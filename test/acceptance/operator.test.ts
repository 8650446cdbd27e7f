/** An operator as people write them: a type, a controller whose pods elect a leader, a webhook, rights for just that. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { issueCertificate } from '../../src/certificates/index.ts'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { killRoles } from './harness/processes.ts'

const folder = join(import.meta.dirname, 'programs')
const DAY_MS = 86_400_000
const OPS = ['--namespace', 'greeter']

let naru: Installation
/** With its image and its authority filled in. */
let manifest: string

beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'containerd' } })
  const image = await naru.deployHello()
  const times = { nowMs: Date.now(), lifetimeMs: DAY_MS }
  const authority = await issueCertificate({ commonName: 'greeter-ca', purpose: 'authority', ...times })
  const names = { dns: ['greeter.greeter.svc'], ip: [] }
  const pair = await issueCertificate({ commonName: 'greeter', purpose: 'server', names, ...times }, authority)
  manifest = (await readFile(join(folder, 'operator.yaml'), 'utf8'))
    .replace('PROGRAM_IMAGE', image)
    .replace('CA_BUNDLE', Buffer.from(authority.certPem).toString('base64'))
  const tls = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'greeter-tls', namespace: 'greeter' },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': pair.certPem, 'tls.key': pair.keyPem },
  }
  await naru.kubectl('create', 'namespace', 'greeter', '--save-config')
  await naru.kubectl('create', 'configmap', 'greeter', ...OPS, `--from-file=${join(folder, 'operator.cjs')}`)
  expect((await apply(JSON.stringify(tls))).stderr).toBe('')
}, 600_000)
afterAll(async () => naru?.[Symbol.asyncDispose]())

const apply = (input: string) => naru.kubectlResult(['apply', '-f', '-'], { input })
const greet = (name: string, message: string) =>
  apply(
    JSON.stringify({ apiVersion: 'operator.example.com/v1', kind: 'Greeting', metadata: { name }, spec: { message } }),
  )
const lease = async () => (await naru.kubectlJson<k8s.Lease>('get', 'lease', 'greeter', ...OPS)).spec
const made = (name: string) => naru.kubectl('get', 'configmap', name, '-o', 'jsonpath={.data.message}')
const by = (name: string) => naru.kubectl('get', 'greeting', name, '-o', 'jsonpath={.status.by}')
const becomes = (name: string, message: string) =>
  eventually(`${name} is ${message}`, async () => (await made(name)) === message, { timeoutMs: 60_000 })
const rolledOut = () => naru.kubectl('rollout', 'status', 'deployment/greeter', ...OPS, '--timeout=120s')

describe('an operator', () => {
  it('starts, and one of its pods leads', async () => {
    const said = await apply(manifest)
    expect([said.code, said.stderr]).toEqual([0, ''])
    await rolledOut()
    const holder = await eventually('one leads', async () => (await lease())?.holderIdentity)
    const pods = await naru.kubectl('get', 'pods', '-l', 'app=greeter', ...OPS, '-o', 'name')
    expect(pods.trim().split('\n')).toHaveLength(2)
    expect(pods).toContain(`pod/${holder}`)
  })

  it('makes of an object what it should, and says so in its status', async () => {
    expect((await greet('first', 'hello')).stderr).toBe('')
    await becomes('first', 'HELLO')
    await eventually('its status says who', async () => (await by('first')) === (await lease())?.holderIdentity)
    expect((await greet('first', 'hi')).stderr).toBe('')
    await becomes('first', 'HI')
    expect(await naru.kubectl('get', 'greet', 'first')).toMatch(/^NAME +MESSAGE +BY\nfirst +hi +greeter-/)
  })

  it('is asked before its objects are stored', async () => {
    const said = await greet('first', 'stupid')
    expect(said.code).toBe(1)
    expect(said.stderr).toContain('admission webhook "greetings.operator.example.com" denied the request: ')
    expect(said.stderr).toContain('be polite')
    expect((await greet('second', 'x'.repeat(101))).stderr).toContain('spec.message: Too long')
    expect(await made('first')).toBe('HI')
  })

  it('may do what its roles say and no more', async () => {
    const may = async (...what: string[]) => {
      const subject = 'system:serviceaccount:greeter:greeter'
      return (await naru.kubectlResult(['auth', 'can-i', ...what, '--as', subject])).stdout.trim()
    }
    expect(await may('patch', 'greetings', '--subresource=status')).toBe('yes')
    expect(await may('patch', 'greetings')).toBe('no')
    expect(await may('update', 'leases', ...OPS)).toBe('yes')
    expect(await may('update', 'leases')).toBe('no')
    expect(await may('get', 'secrets', ...OPS)).toBe('no')
  })

  it('has another leader when the leader is gone without a word', async () => {
    const before = await lease()
    await naru.kubectl('delete', 'pod', before?.holderIdentity ?? '', ...OPS, '--force', '--grace-period=0')
    await rolledOut()
    expect((await greet('third', 'ahoy')).stderr).toBe('')
    await becomes('third', 'AHOY')
    const after = await lease()
    expect(after?.holderIdentity).not.toBe(before?.holderIdentity)
    expect(after?.leaseTransitions).toBe((before?.leaseTransitions ?? 0) + 1)
  })

  it('goes on after the engine was killed', async () => {
    expect(await killRoles(naru.stateDir, ['engine'])).toBe(1)
    await naru.mustNaru('up')
    await rolledOut()
    await eventually('its webhook answers', async () => (await greet('third', 'back')).code === 0)
    await becomes('third', 'BACK')
  })

  it('what it made goes with what it was made of', async () => {
    await naru.kubectl('delete', 'greeting', 'first')
    await eventually('it is gone', async () => {
      const { stderr } = await naru.kubectlResult(['get', 'configmap', 'first'])
      return stderr.includes('configmaps "first" not found')
    })
    expect(await made('third')).toBe('BACK')
  })

  it('deleted, it takes its objects along', async () => {
    const said = await naru.kubectlResult(['delete', '-f', '-', '--timeout=110s'], { input: manifest })
    expect([said.code, said.stderr]).toEqual([0, ''])
    await eventually('what it made is gone', async () => {
      const left = await naru.kubectl('get', 'configmaps', '-o', 'name')
      return !left.includes('third')
    })
    // Which of the two depends on what kubectl remembers of the types.
    expect((await naru.kubectlResult(['get', 'greetings'])).stderr).toMatch(
      /the server (doesn't have a resource type|could not find the requested resource)/,
    )
  })
})
