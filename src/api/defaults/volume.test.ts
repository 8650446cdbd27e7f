import { expect, test } from 'vitest'
import { persistentvolumes, pods } from '../generated/resources.ts'
import type { KubeObject } from '../object.ts'
import { applyDefaults } from './index.ts'

test.each<[kind: string, empty: object, defaulted: object]>([
  ['iscsi', { iscsiInterface: '' }, { iscsiInterface: 'default', iqn: '', lun: 0, targetPortal: '' }],
  ['rbd', { pool: '', user: '' }, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring', image: '' }],
  ['scaleIO', { fsType: '' }, { fsType: 'xfs', storageMode: 'ThinProvisioned', gateway: '', system: '' }],
])('what is empty of %s is as what is left out', (kind, empty, defaulted) => {
  const pod = { spec: { containers: [], volumes: [{ name: 'v', [kind]: { ...empty } }] } }
  applyDefaults(pods, pod as unknown as KubeObject)
  expect(pod.spec.volumes).toEqual([{ name: 'v', [kind]: defaulted }])
  const volume = { spec: { [kind]: { ...empty } } }
  applyDefaults(persistentvolumes, volume as unknown as KubeObject)
  expect(volume.spec[kind]).toEqual(defaulted)
})
