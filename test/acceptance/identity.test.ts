/** Who one is, with the real kubectl: tokens, certificates, the audit log. The process runtime will do. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { mustRun, runCommand } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    resources: [{ group: "", resources: [secrets] }]
`

describe('identity', () => {
  let naru: Installation
  let api: string

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
    const policy = join(naru.root, 'audit.yaml')
    await writeFile(policy, POLICY)
    naru.env.NARU_AUDIT_POLICY = policy
    await naru.mustNaru('up')
    delete naru.env.NARU_AUDIT_POLICY
    api = (await naru.engine()).apiUrl
  })
  afterAll(() => naru[Symbol.asyncDispose]())

  /** kubectl without the admin's certificate. */
  const stranger = (...args: string[]) =>
    runCommand('kubectl', ['--kubeconfig=/dev/null', `--server=${api}`, '--insecure-skip-tls-verify', ...args])

  it('kubectl create token gives a token with which one is the service account', async () => {
    await naru.kubectl('create', 'serviceaccount', 'robot')
    const token = (await naru.kubectl('create', 'token', 'robot', '--duration=1h')).trim()
    const who = await stranger('auth', 'whoami', `--token=${token}`)
    expect(who.stdout).toMatch(/Username +system:serviceaccount:default:robot/)
    expect(who.stdout).toMatch(/credential-id +\[JTI=/)
    expect((await stranger('get', 'pods', `--token=${token}`)).stderr).toContain(
      'User "system:serviceaccount:default:robot" cannot list resource "pods"',
    )
    await naru.kubectl('delete', 'serviceaccount', 'robot')
    expect((await stranger('get', 'pods', `--token=${token}`)).stderr).toContain('Unauthorized')
  })

  it('a token bound to a Secret ends with it', async () => {
    await naru.kubectl('create', 'secret', 'generic', 'tie')
    const bound = ['--bound-object-kind=Secret', '--bound-object-name=tie']
    const token = (await naru.kubectl('create', 'token', 'default', ...bound)).trim()
    expect((await stranger('auth', 'whoami', `--token=${token}`)).code).toBe(0)
    await naru.kubectl('delete', 'secret', 'tie')
    expect((await stranger('auth', 'whoami', `--token=${token}`)).code).toBe(1)
    const short = await naru.kubectlResult(['create', 'token', 'default', '--duration=5m'])
    expect(short.stderr).toContain('may not specify a duration less than 10 minutes')
  })

  it('tokens outlive a restart', async () => {
    const token = (await naru.kubectl('create', 'token', 'default')).trim()
    await naru.mustNaru('down')
    await naru.mustNaru('up')
    api = (await naru.engine()).apiUrl
    expect((await stranger('auth', 'whoami', `--token=${token}`)).stdout).toContain('default:default')
  })

  it('an approved certificate request makes a user, a denied one does not', async () => {
    const at = (name: string) => join(naru.root, name)
    const subject = ['-subj', '/O=devs/CN=jane']
    await mustRun('openssl', [
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      at('key'),
      '-out',
      at('csr'),
      ...subject,
    ])
    const request = (await readFile(at('csr'))).toString('base64')
    for (const name of ['jane', 'joe']) {
      const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] }
      const object = {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name },
        spec,
      }
      const made = await naru.kubectlResult(['create', '-f', '-'], { env: naru.env, input: JSON.stringify(object) })
      expect(made.code, made.stderr).toBe(0)
    }
    await naru.kubectl('certificate', 'approve', 'jane')
    await naru.kubectl('certificate', 'deny', 'joe')
    await naru.kubectl('wait', '--for=jsonpath={.status.certificate}', 'csr/jane', '--timeout=20s')
    const listed = await naru.kubectl('get', 'csr')
    expect(listed).toMatch(/^jane .* naru-admin +<none> +Approved,Issued$/m)
    expect(listed).toMatch(/^joe .* Denied$/m)
    const { status } = await naru.kubectlJson<k8s.CertificateSigningRequest>('get', 'csr', 'jane')
    await writeFile(at('crt'), Buffer.from(status?.certificate ?? '', 'base64'))
    const who = await stranger('auth', 'whoami', `--client-certificate=${at('crt')}`, `--client-key=${at('key')}`)
    expect(who.stdout).toMatch(/Username +jane[\s\S]*\[devs system:authenticated\]/)
  })

  it('the audit log tells who looked at secrets, over restarts, and never what is in them', async () => {
    await naru.kubectl('create', 'secret', 'generic', 'hush', '--from-literal=word=swordfish')
    await naru.kubectl('get', 'secret', 'hush')
    const log = () => readFile(join(naru.stateDir, 'logs', 'audit.log'), 'utf8')
    const last = async () => {
      const events = (await log())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
      return events.filter(({ user }) => (user as k8s.UserInfo).username === 'naru-admin').at(-1)
    }
    // Events are written in batches, a moment after the answer.
    await expect.poll(last, { timeout: 5000 }).toMatchObject({
      verb: 'get',
      sourceIPs: ['127.0.0.1'],
      objectRef: { resource: 'secrets', namespace: 'default', name: 'hush' },
      responseStatus: { code: 200 },
      annotations: { 'authorization.k8s.io/decision': 'allow' },
    })
    const text = await log()
    expect(text).not.toContain('swordfish')
    expect(text).not.toContain(Buffer.from('swordfish').toString('base64'))
  })

  it('a bad audit policy stops the start, and says where it is bad', async () => {
    await naru.mustNaru('down')
    const bad = join(naru.root, 'bad.yaml')
    await writeFile(bad, 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Some\n')
    naru.env.NARU_AUDIT_POLICY = bad
    const refused = await naru.naru('up')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(
      `${bad}:4: rules[0].level: "Some" is none of None, Metadata, Request, RequestResponse`,
    )
    naru.env.NARU_AUDIT_POLICY = 'off'
    await naru.mustNaru('up')
    delete naru.env.NARU_AUDIT_POLICY
  })
})
