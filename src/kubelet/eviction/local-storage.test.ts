import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { hasLocalStorageLimit, localStorageExcess } from './local-storage.ts'

const limited = (name: string, limit?: string): k8s.Container => ({
  name,
  ...(limit !== undefined && { resources: { limits: { 'ephemeral-storage': limit } } }),
})
const pod = (containers: k8s.Container[], sizeLimit?: string, initContainers: k8s.Container[] = []): k8s.Pod => ({
  metadata: { name: 'p' },
  spec: {
    containers,
    initContainers,
    volumes: [{ name: 'v', emptyDir: { ...(sizeLimit !== undefined && { sizeLimit }) } }],
  },
})
const use = (volume: number, containers: Record<string, number>) => ({
  volumes: new Map([['v', volume]]),
  containers: new Map(Object.entries(containers)),
})

describe('a pod’s local storage', () => {
  it.each([
    [pod([limited('a')], '1Ki'), use(1025, {}), 'Usage of EmptyDir volume "v" exceeds the limit "1Ki". '],
    [pod([limited('a')], '1Ki'), use(1024, { a: 1 << 30 }), undefined],
    [pod([limited('a')], '0'), use(1024, {}), undefined],
    [
      pod([limited('a', '1Ki'), limited('b', '1Ki')]),
      use(2000, { a: 40, b: 9 }),
      'Pod ephemeral local storage usage exceeds the total limit of containers 2Ki. ',
    ],
    [
      pod([limited('a', '1Ki'), limited('b', '3Ki')]),
      use(0, { a: 1025, b: 9 }),
      'Container a exceeded its local ephemeral storage limit "1Ki". ',
    ],
    [pod([limited('a', '1Ki'), limited('b')]), use(0, { a: 1024 }), undefined],
    [pod([limited('a', '1Ki')], undefined, [limited('fetch', '4Ki')]), use(4096, { a: 0 }), undefined],
    [
      pod([limited('a', '1Ki')], undefined, [limited('fetch', '4Ki')]),
      use(4097, { a: 0 }),
      'Pod ephemeral local storage usage exceeds the total limit of containers 4Ki. ',
    ],
  ])('%#', (spec, used, why) => {
    expect(localStorageExcess(spec, used)).toBe(why)
  })

  it('is looked at only where there is a limit', () => {
    expect(hasLocalStorageLimit(pod([limited('a')]))).toBe(false)
    expect(hasLocalStorageLimit(pod([limited('a')], '1Gi'))).toBe(true)
    expect(hasLocalStorageLimit(pod([limited('a', '1Gi')]))).toBe(true)
  })
})
