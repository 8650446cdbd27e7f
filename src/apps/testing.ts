/** Objects for the tests of this module. */
import type { App, k8s, Release, ReleaseSpec } from '../api/index.ts'

export const appOf = (spec: Partial<App['spec']> = {}, metadata: Partial<k8s.ObjectMeta> = {}): App => ({
  apiVersion: 'apps.naru.dev/v1',
  kind: 'App',
  metadata: { name: 'hello', namespace: 'default', uid: 'app', generation: 1, ...metadata },
  spec: { image: 'hello:1', ...spec },
})

export const releaseOf = (
  number = 1,
  spec: Partial<ReleaseSpec> = {},
  conditions: (Pick<k8s.Condition, 'type' | 'status'> & Partial<k8s.Condition>)[] = [],
): Release => ({
  apiVersion: 'apps.naru.dev/v1',
  kind: 'Release',
  metadata: { name: `hello-v${number}`, namespace: 'default', uid: `release-${number}` },
  spec: { app: 'hello', number, image: `hello:${number}`, ...spec },
  status: {
    conditions: conditions.map((condition) => ({ reason: '', message: '', lastTransitionTime: '', ...condition })),
  },
})
