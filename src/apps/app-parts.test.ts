import { describe, expect, it } from 'vitest'
import type { App, k8s } from '../api/index.ts'
import { isSameApplication, lastApplied, wishToApply } from './applied.ts'
import { covers } from './covers.ts'
import { desiredDeployment, portOf } from './desired-deployment.ts'
import { desiredRoute, desiredService } from './desired-routing.ts'
import { claimHosts, wishedHosts } from './hosts.ts'

const appOf = (spec: Partial<App['spec']> = {}, metadata: Partial<k8s.ObjectMeta> = {}): App => ({
  apiVersion: 'apps.naru.dev/v1',
  kind: 'App',
  metadata: { name: 'hello', namespace: 'default', uid: 'app', generation: 1, ...metadata },
  spec: { image: 'hello:1', ...spec },
})
const container = (app: App) => desiredDeployment(app).spec.template.spec?.containers[0]

describe('the port of an app', () => {
  it.each([
    { spec: {}, port: 8080 },
    { spec: { port: 3000 }, port: 3000 },
    { spec: { env: [{ name: 'PORT', value: '5000' }] }, port: 5000 },
    { spec: { port: 3000, env: [{ name: 'PORT', value: '5000' }] }, port: 3000 },
    { spec: { env: [{ name: 'PORT', value: 'any' }] }, port: 8080 },
  ])('$spec is $port, and PORT says the same', ({ spec, port }) => {
    const app = appOf(spec)
    expect(portOf(app)).toBe(port)
    expect(container(app)?.env).toEqual([{ name: 'PORT', value: String(port) }])
    expect(container(app)?.ports).toMatchObject([{ name: 'http', containerPort: port }])
  })
})

describe('the objects of an app', () => {
  it('are safe by default and replaced without a gap', () => {
    const { template, strategy } = desiredDeployment(appOf()).spec
    expect(strategy?.rollingUpdate).toEqual({ maxSurge: '25%', maxUnavailable: 0 })
    expect(template.spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false })
    expect(template.spec?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })
  })
  it('a port below 1024 may be bound', () => {
    expect(container(appOf({ port: 80 }))?.securityContext?.capabilities).toEqual({
      drop: ['ALL'],
      add: ['NET_BIND_SERVICE'],
    })
  })
  it('carry the app’s label and owner', () => {
    for (const { metadata } of [desiredDeployment(appOf()), desiredService(appOf()), desiredRoute(appOf(), ['a'])]) {
      expect(metadata).toMatchObject({ name: 'hello', namespace: 'default', labels: { 'apps.naru.dev/app': 'hello' } })
      expect(metadata.ownerReferences).toMatchObject([{ kind: 'App', uid: 'app', controller: true }])
    }
  })
})

describe('hosts', () => {
  it.each([
    { app: appOf(), hosts: ['hello.localhost'] },
    { app: appOf({}, { namespace: 'shop' }), hosts: ['hello.shop.localhost'] },
    { app: appOf({ hosts: ['A.example', 'a.example', 'b.example'] }), hosts: ['a.example', 'b.example'] },
    { app: appOf({ hosts: [] }), hosts: ['hello.localhost'] },
  ])('$hosts', ({ app, hosts }) => expect(wishedHosts(app)).toEqual(hosts))

  it('belong to whoever has asked for them longest', () => {
    const elder = appOf({ hosts: ['a.example'] }, { name: 'elder', creationTimestamp: '2026-01-01T00:00:00Z' })
    const younger = appOf(
      { hosts: ['a.example', 'b.example'] },
      { name: 'younger', creationTimestamp: '2026-01-02T00:00:00Z' },
    )
    const claimants = (host: string) => [younger, elder].filter((app) => wishedHosts(app).includes(host))
    expect(claimHosts(elder, claimants)).toEqual({ granted: ['a.example'], refused: [] })
    expect(claimHosts(younger, claimants)).toEqual({
      granted: ['b.example'],
      refused: [{ host: 'a.example', owner: 'default/elder' }],
    })
  })
})

describe('covers', () => {
  it.each([
    { present: { a: 1, b: 2 }, wished: { a: 1 }, expected: true },
    { present: { a: 1 }, wished: { a: 1, b: 2 }, expected: false },
    { present: { a: [{ x: 1, y: 2 }] }, wished: { a: [{ x: 1 }] }, expected: true },
    { present: { a: [1, 2] }, wished: { a: [1] }, expected: false },
    { present: {}, wished: { a: undefined }, expected: true },
    { present: null, wished: { a: 1 }, expected: false },
    { present: { a: '1' }, wished: { a: 1 }, expected: false },
  ])('$present, wished $wished: $expected', ({ present, wished, expected }) => {
    expect(covers(present, wished)).toBe(expected)
  })
})

describe('what has been applied', () => {
  const annotated = (text: string) => appOf({}, { annotations: { 'apps.naru.dev/applied': text } })
  it('is read back as it was written', () => {
    const wish = wishToApply(appOf({ replicas: 2 }, { annotations: { 'apps.naru.dev/deployed-at': 'now' } }))
    expect(wish).toEqual({ generation: 1, deployedAt: 'now', replicas: 2 })
    expect(isSameApplication(wish, lastApplied(annotated(JSON.stringify(wish))))).toBe(true)
    expect(isSameApplication({ ...wish, generation: 2 }, wish)).toBe(false)
  })
  it.each(['', '{', '7', '{}', 'null'])('%j is nothing', (text) => expect(lastApplied(annotated(text))).toBeUndefined())
})
