import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [
    { nfs: {} },
    ['nfs.server: Required value', 'nfs.path: Required value', 'nfs.path: Invalid value: "": must be an absolute path'],
  ],
  [{ nfs: { server: 's', path: 'rel' } }, ['nfs.path: Invalid value: "rel": must be an absolute path']],
  [
    { nfs: { server: '', path: '' } },
    ['nfs.server: Required value', 'nfs.path: Required value', 'nfs.path: Invalid value: "": must be an absolute path'],
  ],
  [{ glusterfs: {} }, ['glusterfs.endpoints: Required value', 'glusterfs.path: Required value']],
  [
    { glusterfs: { endpoints: '', path: '' } },
    ['glusterfs.endpoints: Required value', 'glusterfs.path: Required value'],
  ],
  [{ glusterfs: { endpoints: 'e', path: 'p' } }, []],
  [{ flocker: {} }, ['flocker: Required value: one of datasetName and datasetUUID is required']],
  [
    { flocker: { datasetName: 'a/b', datasetUUID: 'u' } },
    [
      'flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
      `flocker.datasetName: Invalid value: "a/b": must not contain '/'`,
    ],
  ],
  [{ flocker: { datasetName: 'a' } }, []],
  [{ rbd: {} }, ['rbd.monitors: Required value', 'rbd.image: Required value']],
  [{ rbd: { monitors: [], image: '' } }, ['rbd.monitors: Required value', 'rbd.image: Required value']],
  [{ rbd: { monitors: ['a'], image: 'i' } }, []],
  [{ rbd: { monitors: ['a'], image: 'i', user: '', pool: '', keyring: '' } }, []],
  [{ cephfs: {} }, ['cephfs.monitors: Required value']],
  [{ cephfs: { monitors: ['a'] } }, []],
  [
    { quobyte: {} },
    [
      'quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas',
      'quobyte.volume: Required value',
    ],
  ],
  [
    { quobyte: { registry: 'a', volume: '' } },
    [
      'quobyte.registry: Invalid value: "a": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.volume: Required value',
    ],
  ],
  [
    { quobyte: { registry: 'a:1,b,c:2:3,[::1]:5,[a]', volume: 'v' } },
    [
      'quobyte.registry: Invalid value: "a:1,b,c:2:3,[::1]:5,[a]": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.registry: Invalid value: "a:1,b,c:2:3,[::1]:5,[a]": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.registry: Invalid value: "a:1,b,c:2:3,[::1]:5,[a]": must be a host:port pair or multiple pairs separated by commas',
    ],
  ],
  [
    { quobyte: { registry: 'a:1', volume: 'v', tenant: 'a'.repeat(65) } },
    ['quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters'],
  ],
  [
    { quobyte: { registry: '::1,a],[b:1,[x]y:1,[]:3,:,', volume: 'v' } },
    [
      'quobyte.registry: Invalid value: "::1,a],[b:1,[x]y:1,[]:3,:,": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.registry: Invalid value: "::1,a],[b:1,[x]y:1,[]:3,:,": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.registry: Invalid value: "::1,a],[b:1,[x]y:1,[]:3,:,": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.registry: Invalid value: "::1,a],[b:1,[x]y:1,[]:3,:,": must be a host:port pair or multiple pairs separated by commas',
      'quobyte.registry: Invalid value: "::1,a],[b:1,[x]y:1,[]:3,:,": must be a host:port pair or multiple pairs separated by commas',
    ],
  ],
]

describe('volumes on servers', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
