import { beforeAll, describe, expect, it } from 'vitest'
import type { gatewayApi, k8s } from '../../api/index.ts'
import { issueCertificate, type KeyPair } from '../../certificates/index.ts'
import type { Snapshot } from '../snapshot.ts'
import { givenCertificates } from '../table/certificates.ts'
import { servedHosts } from '../table/host-claims.ts'
import { readTlsSecret } from '../table/read-tls-secret.ts'
import { gatewayStatus } from './gateway-status.ts'

let pair: KeyPair
let other: KeyPair
beforeAll(async () => {
  const names = { dns: ['shop.example.com', '*.shop.example.com'], ip: ['10.0.0.1'] }
  const lives = { nowMs: Date.now(), lifetimeMs: 86_400_000, purpose: 'server' as const, commonName: 'shop' }
  ;[pair, other] = await Promise.all([issueCertificate({ ...lives, names }), issueCertificate(lives)])
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
const secret = (name: string, certPem: string, keyPem: string, namespace = 'default'): k8s.Secret => ({
  metadata: { name, namespace },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': base64(certPem), 'tls.key': base64(keyPem) },
})
const secrets = () => [
  secret('good', pair.certPem, pair.keyPem),
  secret('foreign-key', pair.certPem, other.keyPem),
  secret('no-certificate', 'hello', pair.keyPem),
  secret('no-key', pair.certPem, 'hello'),
  secret('elsewhere', pair.certPem, pair.keyPem, 'certificates'),
]

const listener = (more: Partial<gatewayApi.GatewayListener>): gatewayApi.GatewayListener => ({
  name: 'https',
  port: 443,
  protocol: 'HTTPS',
  ...more,
})
const gatewayOf = (...listeners: gatewayApi.GatewayListener[]): gatewayApi.Gateway => ({
  metadata: { name: 'edge', namespace: 'default' },
  spec: { gatewayClassName: 'naru', listeners },
})
const grant = (to: string | undefined, from = 'default'): gatewayApi.ReferenceGrant => ({
  metadata: { name: 'grant', namespace: 'certificates' },
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: from }],
    to: [{ group: '', kind: 'Secret', ...(to && { name: to }) }],
  },
})

function snapshot(gateway: gatewayApi.Gateway, { grants = [] }: { grants?: gatewayApi.ReferenceGrant[] }): Snapshot {
  const byKey = new Map(secrets().map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]))
  const certificate = (key: string) => {
    const found = byKey.get(key)
    return found && readTlsSecret(found)
  }
  const nothing = { routes: [], service: () => undefined, slices: () => [], labelsOf: () => undefined }
  return { ...nothing, gateways: [gateway], ingresses: [], grants, certificate, className: 'naru' }
}

function statusOf(gateway: gatewayApi.Gateway, grants: gatewayApi.ReferenceGrant[] = []) {
  return gatewayStatus({ ...snapshot(gateway, { grants }), gateway, addresses: ['127.0.0.1'], nowMs: 0 })
}

const own = { options: { 'naru.dev/certificates': 'own-authority' } }
const refs = (...certificateRefs: gatewayApi.SecretObjectReference[]) => ({ certificateRefs })

describe('a listener', () => {
  const served = ['Accepted True Accepted', 'Programmed True Programmed']
  const invalid = ['Accepted True Accepted', 'Programmed False Invalid', 'ResolvedRefs False InvalidCertificateRef']
  it.each<[string, Partial<gatewayApi.GatewayListener>, string[], RegExp]>([
    ['of HTTP', { protocol: 'HTTP' }, [...served, 'ResolvedRefs True ResolvedRefs'], /^$/],
    ['with certificates of our own', { tls: own }, [...served, 'ResolvedRefs True ResolvedRefs'], /^$/],
    ['with a given one', { tls: refs({ name: 'good' }) }, [...served, 'ResolvedRefs True ResolvedRefs'], /^$/],
    ['with one that is not there', { tls: refs({ name: 'none' }) }, invalid, /default\/none does not exist/],
    ['with another key', { tls: refs({ name: 'foreign-key' }) }, invalid, /not the key of the first certificate/],
    ['without a certificate', { tls: refs({ name: 'no-certificate' }) }, invalid, /no certificate in PEM/],
    ['without a key', { tls: refs({ name: 'no-key' }) }, invalid, /no private key in PEM/],
    [
      'with another kind',
      { tls: refs({ kind: 'ConfigMap', name: 'good' }) },
      invalid,
      /ConfigMap good is not a Secret/,
    ],
    [
      'with a good one and a bad one',
      { tls: refs({ name: 'good' }, { name: 'none' }) },
      [...served, 'ResolvedRefs False InvalidCertificateRef'],
      /does not exist/,
    ],
    [
      'with one of another namespace',
      { tls: refs({ name: 'elsewhere', namespace: 'certificates' }) },
      ['Accepted True Accepted', 'Programmed False Invalid', 'ResolvedRefs False RefNotPermitted'],
      /no ReferenceGrant in certificates lets Gateways of default use the Secret elsewhere/,
    ],
    [
      'that passes TLS through',
      { protocol: 'TLS', tls: { mode: 'Passthrough' } },
      ['Accepted False UnsupportedProtocol', 'Programmed False Invalid', 'ResolvedRefs True ResolvedRefs'],
      /^$/,
    ],
  ])('%s says so', (_name, more, expected, message) => {
    const { listeners } = statusOf(gatewayOf(listener(more)))
    const conditions = listeners?.[0]?.conditions ?? []
    expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual(expected)
    expect(conditions.at(-1)?.message).toMatch(message)
    expect(JSON.stringify(conditions)).not.toContain('PRIVATE')
  })
  it.each([
    [grant(undefined), true],
    [grant('elsewhere'), true],
    [grant('other'), false],
    [grant(undefined, 'kube-system'), false],
  ])('may use what another namespace grants it', (granted, permitted) => {
    const tls = refs({ name: 'elsewhere', namespace: 'certificates' })
    const condition = statusOf(gatewayOf(listener({ tls })), [granted]).listeners?.[0]?.conditions.at(-1)
    expect(condition?.status).toBe(permitted ? 'True' : 'False')
  })
  it('that is not served does not keep the others from it', () => {
    const bad = listener({ name: 'bad', tls: refs({ name: 'none' }) })
    const { conditions } = statusOf(gatewayOf(bad, listener({ name: 'http', protocol: 'HTTP' })))
    expect(conditions).toMatchObject([
      { type: 'Accepted', status: 'True', reason: 'ListenersNotValid', message: 'listeners that are not served: bad' },
      { type: 'Programmed', status: 'True' },
    ])
    expect(statusOf(gatewayOf(bad)).conditions).toMatchObject([{ status: 'False' }, { status: 'False' }])
  })
})

describe('certificates', () => {
  const given = (parts: Partial<Snapshot>, ...listeners: gatewayApi.GatewayListener[]) => {
    const of = { ...snapshot(gatewayOf(...listeners), {}), ...parts }
    return Object.fromEntries([...givenCertificates(of, servedHosts(of))].map(([host, { source }]) => [host, source]))
  }
  const routeTo = (hostnames: string[], namespace = 'default', created = '2026-01-01'): gatewayApi.HTTPRoute => ({
    metadata: { name: 'shop', namespace, creationTimestamp: created },
    spec: { parentRefs: [{ name: 'edge', namespace: 'default' }], hostnames },
  })
  const open = { allowedRoutes: { namespaces: { from: 'All' } } }
  it('are for the hosts of routes that they name, unless the listener has a host', () => {
    const tls = refs({ name: 'good' })
    const hosts = ['Shop.example.com', 'a.shop.example.com', 'a.b.shop.example.com', '*.shop.example.com']
    const routes = [routeTo([...hosts, 'other.example.com'])]
    expect(given({ routes }, listener({ tls }))).toEqual({
      'shop.example.com': 'Secret default/good',
      'a.shop.example.com': 'Secret default/good',
      '*.shop.example.com': 'Secret default/good',
    })
    expect(given({ routes }, listener({ hostname: 'other.example.com', tls }))).toEqual({
      'other.example.com': 'Secret default/good',
    })
    expect(given({ routes: [] }, listener({ tls }))).toEqual({})
  })
  it('are for nobody else’s host', () => {
    const tls = refs({ name: 'good' })
    const thief = routeTo(['shop.example.com'], 'thief', '2026-02-01')
    const owner: gatewayApi.HTTPRoute = { ...routeTo(['shop.example.com']), spec: { hostnames: ['shop.example.com'] } }
    expect(given({ routes: [thief] }, listener({ ...open, tls }))).toHaveProperty(['shop.example.com'])
    const attached = { ...owner, spec: { ...owner.spec, parentRefs: [{ name: 'edge', sectionName: 'http' }] } }
    const http = listener({ name: 'http', protocol: 'HTTP' })
    expect(given({ routes: [thief, attached] }, listener({ ...open, tls }), http)).toEqual({})
  })
  it('of an Ingress are for the hosts that it names, else for those in them; another class is another gateway', () => {
    const ingress = (name: string, host: string, tls: k8s.IngressTLS, ingressClassName?: string): k8s.Ingress => ({
      metadata: { name, namespace: 'default' },
      spec: { ...(ingressClassName && { ingressClassName }), tls: [tls], rules: [{ host }] },
    })
    const ingresses = [
      ingress('named', 'a.example.com', { hosts: ['A.example.com'], secretName: 'good' }),
      ingress('unnamed', 'shop.example.com', { secretName: 'good' }),
      ingress('without-rule', 'd.example.com', { hosts: ['e.example.com'], secretName: 'good' }),
      ingress('bad', 'b.example.com', { hosts: ['b.example.com'], secretName: 'foreign-key' }),
      ingress('foreign', 'c.example.com', { hosts: ['c.example.com'], secretName: 'good' }, 'nginx'),
    ]
    expect(Object.keys(given({ ingresses }, listener({ protocol: 'HTTP' })))).toEqual([
      'a.example.com',
      'shop.example.com',
    ])
  })
})
