import { describe, expect, it } from 'vitest'
import type { App } from '../../api/index.ts'
import { deployedSpec } from './deployed-spec.ts'

const deployment = { image: 'new', deployedAt: '2026-01-01T00:00:00Z', processes: undefined, releaseCommand: undefined }
const appOf = (spec: Partial<App['spec']>, status: App['status'] = {}): App => ({
  metadata: { name: 'shop' },
  spec: { image: 'old', ...spec },
  status,
})

describe('what a deploy makes of an app', () => {
  it('is an image and when it was wished for, and takes back what no longer holds', () => {
    expect(deployedSpec(undefined, deployment)).toEqual({
      image: 'new',
      deployedAt: '2026-01-01T00:00:00Z',
      description: null,
      processes: null,
      releaseStep: null,
      traffic: null,
    })
  })
  it('has the processes of the source, with what the App says of each', () => {
    const present = appOf({
      processes: [
        { name: 'web', command: ['old'], replicas: 3 },
        { name: 'gone', replicas: 2 },
      ],
    })
    const processes = [
      { name: 'web', command: ['new'] },
      { name: 'worker', command: ['work'] },
    ]
    expect(deployedSpec(present, { ...deployment, processes }).processes).toEqual([
      { name: 'web', replicas: 3, command: ['new'] },
      { name: 'worker', command: ['work'] },
    ])
  })
  it('asks a server that the builder brought along whether the app has started, as long as there is one', () => {
    const probe = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 1 })
    const onServer = { ...deployment, readinessPath: '/.naru/started' }
    const { processes } = deployedSpec(undefined, onServer)
    expect(processes).toMatchObject([{ name: 'web', readinessProbe: probe('/.naru/started') }])
    expect(deployedSpec(appOf({ processes: processes ?? [] }), onServer).processes).toEqual(processes)
    expect(deployedSpec(appOf({ processes: processes ?? [] }), deployment).processes).toBeNull()
    const own = [{ name: 'web', readinessProbe: probe('/healthz') }]
    expect(deployedSpec(appOf({ processes: own }), onServer).processes).toEqual(own)
  })
  it('keeps how many there are of an image that needs no command', () => {
    const present = appOf({ processes: [{ name: 'web', command: ['old'], replicas: 3 }, { name: 'worker' }] })
    expect(deployedSpec(present, deployment).processes).toEqual([{ name: 'web', replicas: 3 }])
    expect(deployedSpec(appOf({ processes: [{ name: 'web', command: ['old'] }] }), deployment).processes).toBeNull()
  })
  it('keeps what runs by the clock, whatever the source says', () => {
    const nightly = { name: 'nightly', schedule: '@daily', command: ['tidy'] }
    const present = appOf({ processes: [{ name: 'web' }, nightly] })
    expect(deployedSpec(present, deployment).processes).toEqual([{ name: 'web' }, nightly])
    const processes = [{ name: 'web', command: ['new'] }]
    expect(deployedSpec(present, { ...deployment, processes }).processes).toEqual([...processes, nightly])
    const named = { ...deployment, processes: [{ name: 'nightly', command: ['other'] }] }
    expect(deployedSpec(present, named).processes).toEqual([{ ...nightly, command: ['other'] }])
  })
  it('keeps how long a release step may take', () => {
    const present = appOf({ releaseStep: { command: ['old'], timeoutSeconds: 5 } })
    expect(deployedSpec(present, { ...deployment, releaseCommand: ['migrate'] }).releaseStep).toEqual({
      command: ['migrate'],
      timeoutSeconds: 5,
    })
  })
  it('leaves the traffic where it is when asked to', () => {
    const traffic = [
      { release: 'shop-v3', number: 3, percent: 100 },
      { release: 'shop-v4', number: 4, percent: 0, tag: 'next' },
    ]
    const withoutTraffic = { ...deployment, withoutTraffic: true }
    expect(deployedSpec(appOf({}, { traffic }), withoutTraffic).traffic).toEqual([{ release: 3, percent: 100 }])
    expect(deployedSpec(undefined, withoutTraffic).traffic).toBeNull()
  })
})
