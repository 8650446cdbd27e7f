import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'

type Rows = [string, Record<string, unknown>, string[]][]
const bad = (what: string) => expect.stringContaining(what) as string

describe('persistent volumes', () => {
  const volume = {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' } },
  }
  const rows: Rows = [
    ['nothing', {}, []],
    ['no mode', { 'spec.accessModes': [] }, ['spec.accessModes: Required value']],
    [
      'a mode that stands alone',
      { 'spec.accessModes': ['ReadWriteOncePod', 'ReadOnlyMany'] },
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
    [
      'no capacity',
      { 'spec.capacity': {} },
      ['spec.capacity: Required value', 'spec.capacity: Unsupported value: {}: supported values: "storage"'],
    ],
    [
      'no room',
      { 'spec.capacity.storage': '0' },
      ['spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
    ],
    ['no source', { 'spec.hostPath': undefined }, ['spec: Required value: must specify a volume type']],
    [
      'two sources',
      { 'spec.nfs': { server: 's', path: '/' } },
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a path upwards',
      { 'spec.hostPath.path': '/a/../b' },
      ['spec.hostPath.path: Invalid value: "/a/../b": must not contain \'..\''],
    ],
    [
      'a local path without a node',
      { 'spec.hostPath': undefined, 'spec.local': { path: '/x' } },
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      'the affinity',
      {
        'spec.nodeAffinity': {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Has' }] }] },
        },
      },
      [
        'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "Has": not a valid selector operator',
      ],
    ],
    [
      'recycling the root',
      { 'spec.hostPath.path': '/', 'spec.persistentVolumeReclaimPolicy': 'Recycle' },
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [
      'attributes without a driver',
      { 'spec.volumeAttributesClassName': 'gold' },
      ['spec.csi: Required value: has to be specified when using volumeAttributesClassName'],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.persistentvolumes, withChanges(volume, changes))).toEqual(expected)
  })

  test('keep their source and mode; only a secret to expand with may come later', () => {
    const driver = withChanges(volume, {
      'spec.hostPath': undefined,
      'spec.csi': { driver: 'd.io', volumeHandle: 'h' },
    })
    const secret = { 'spec.csi.controllerExpandSecretRef': { name: 's', namespace: 'ns' } }
    expect(problemsOf(resources.persistentvolumes, withChanges(driver, secret), driver)).toEqual([])
    const moved = withChanges(volume, { 'spec.hostPath.path': '/other', 'spec.volumeMode': 'Block' })
    expect(problemsOf(resources.persistentvolumes, moved, volume)).toEqual([
      bad('spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'),
      'volumeMode: Invalid value: "Block": field is immutable',
    ])
  })
})

describe('classes', () => {
  const storage = { provisioner: 'example.com/disk', parameters: { a: 'b' } }
  test.each<[string, object, object | undefined, string[]]>([
    ['right', storage, undefined, []],
    ['no provisioner', { provisioner: '' }, undefined, ['provisioner: Required value']],
    [
      'the policy',
      { ...storage, reclaimPolicy: 'Recycle' },
      undefined,
      ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
    ],
    [
      'the binding',
      { ...storage, volumeBindingMode: 'Late' },
      undefined,
      ['volumeBindingMode: Unsupported value: "Late": supported values: "Immediate", "WaitForFirstConsumer"'],
    ],
    [
      'changes',
      {
        provisioner: 'other',
        parameters: { a: 'c' },
        reclaimPolicy: 'Retain',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
      storage,
      [
        'parameters: Forbidden: updates to parameters are forbidden.',
        'provisioner: Forbidden: updates to provisioner are forbidden.',
        'reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.',
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
      ],
    ],
    [
      'a key twice',
      {
        ...storage,
        allowedTopologies: [
          {
            matchLabelExpressions: [
              { key: 'z', values: ['a', 'a'] },
              { key: 'z', values: ['b'] },
            ],
          },
        ],
      },
      undefined,
      [
        'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
        'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "z"',
      ],
    ],
  ])('of storage: %s', (_what, value, before, expected) => {
    expect(problemsOf(resources.storageclasses, value, before)).toEqual(expected)
  })

  test('of attributes say something, and keep it', () => {
    const attributes = { driverName: 'd.io', parameters: { iops: '1' } }
    expect(problemsOf(resources.volumeattributesclasses, { driverName: 'd.io' })).toEqual([
      'parameters: Required value: must contain at least one key/value pair',
    ])
    expect(problemsOf(resources.volumeattributesclasses, { ...attributes, driverName: 'e.io' }, attributes)).toEqual([
      'driverName: Forbidden: updates to driverName are forbidden.',
    ])
  })
})

describe('drivers', () => {
  const driver = { spec: { tokenRequests: [{ audience: 'a', expirationSeconds: 600 }] } }
  const rows: Rows = [
    ['nothing', {}, []],
    [
      'the policy',
      { 'spec.fsGroupPolicy': 'Any' },
      ['spec.fsGroupPolicy: Unsupported value: "Any": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
    ],
    [
      'an audience twice',
      { 'spec.tokenRequests': [{ audience: 'a' }, { audience: 'a' }] },
      ['spec.tokenRequests[1].audience: Duplicate value: "a"'],
    ],
    [
      'a short time',
      { 'spec.tokenRequests[0].expirationSeconds': 599 },
      ['spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'],
    ],
    [
      'the modes',
      { 'spec.volumeLifecycleModes': ['Brief'] },
      ['spec.volumeLifecycleModes: Unsupported value: "Brief": supported values: "Persistent", "Ephemeral"'],
    ],
  ]
  test.each(rows)('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(resources.csidrivers, withChanges(driver, changes))).toEqual(expected)
  })

  test('keep whether they attach', () => {
    expect(problemsOf(resources.csidrivers, withChanges(driver, { 'spec.attachRequired': false }), driver)).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
    ])
  })

  test('on a node are named once, and stay as they are', () => {
    const node = {
      spec: { drivers: [{ name: 'd.io', nodeID: 'n1', topologyKeys: ['zone'], allocatable: { count: 3 } }] },
    }
    expect(problemsOf(resources.csinodes, withChanges(node, { 'spec.drivers': [] }), node)).toEqual([])
    expect(problemsOf(resources.csinodes, withChanges(node, { 'spec.drivers[0].nodeID': 'n2' }), node)).toEqual([
      'spec.drivers: Invalid value: {"Name":"d.io","NodeID":"n2","TopologyKeys":["zone"],"Allocatable":{"Count":3}}: field is immutable',
    ])
    const twice = withChanges(node, { 'spec.drivers[1]': { name: 'd.io', nodeID: '', topologyKeys: ['a', 'a'] } })
    expect(problemsOf(resources.csinodes, twice)).toEqual([
      'spec.drivers[1].nodeID: Required value',
      'spec.drivers[1].name: Duplicate value: "d.io"',
      'spec.drivers[1]: Duplicate value: "a"',
    ])
  })

  test('say how much room they have', () => {
    const capacity = { storageClassName: 'fast', capacity: '1Gi' }
    expect(problemsOf(resources.csistoragecapacities, capacity)).toEqual([])
    expect(problemsOf(resources.csistoragecapacities, { ...capacity, capacity: '-1' })).toEqual([
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ])
    expect(problemsOf(resources.csistoragecapacities, { ...capacity, storageClassName: 'slow' }, capacity)).toEqual([
      'storageClassName: Invalid value: "slow": field is immutable',
    ])
  })

  test('attach one volume', () => {
    const attachment = { spec: { attacher: 'd.io', nodeName: 'n', source: { persistentVolumeName: 'v' } } }
    expect(problemsOf(resources.volumeattachments, attachment)).toEqual([])
    expect(problemsOf(resources.volumeattachments, withChanges(attachment, { 'spec.source': {} }))).toEqual([
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ])
    expect(
      problemsOf(resources.volumeattachments, withChanges(attachment, { 'spec.nodeName': 'm' }), attachment),
    ).toEqual([bad('spec: Invalid value: ')])
  })
})
