import { describe, expect, test } from 'vitest'
import { persistentvolumes as resource } from '../../generated/resources.ts'
import { problemsOf, warningsOf } from '../testing/problems.ts'

const BASE = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } }

// As kube-apiserver v1.34.2 answers.

describe('new persistent volumes', () => {
  test.each<[object: object, problems: string[]]>([
    [
      { spec: {} },
      [
        'spec.accessModes: Required value',
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        'spec: Required value: must specify a volume type',
      ],
    ],
    [
      { spec: { hostPath: {} } },
      [
        'spec.accessModes: Required value',
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        'spec.hostPath.path: Required value',
      ],
    ],
    [{ spec: { ...BASE } }, ['spec: Required value: must specify a volume type']],
    [
      {
        spec: {
          ...BASE,
          accessModes: ['X', 'ReadWriteOncePod', 'ReadWriteOnce'],
          capacity: { storage: '0', cpu: '-1500m' },
          hostPath: { path: '/' },
          persistentVolumeReclaimPolicy: 'Recycle',
        },
      },
      [
        'spec.accessModes: Unsupported value: "X": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
        'spec.capacity: Unsupported value: {"cpu":"-1500m","storage":"0"}: supported values: "storage"',
        'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
        'spec.capacity[cpu]: Invalid value: -2: must be a valid resource quantity',
        'spec.capacity[cpu]: Invalid value: "-1500m": must be greater than zero',
        "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
      ],
    ],
    [
      {
        spec: {
          ...BASE,
          accessModes: ['ReadWriteOncePod', 'ReadWriteOncePod'],
          capacity: { storage: '1.5', cpu: '1' },
          hostPath: { path: '//../' },
          persistentVolumeReclaimPolicy: 'X',
          storageClassName: 'A_',
          volumeMode: 'Y',
          volumeAttributesClassName: '',
        },
      },
      [
        'spec.capacity: Unsupported value: {"cpu":"1","storage":"1500m"}: supported values: "storage"',
        'spec.persistentVolumeReclaimPolicy: Unsupported value: "X": supported values: "Delete", "Recycle", "Retain"',
        `spec.hostPath.path: Invalid value: "//../": must not contain '..'`,
        `spec.storageClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        'spec.volumeMode: Unsupported value: "Y": supported values: "Block", "Filesystem"',
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' }, volumeAttributesClassName: 'A_' } },
      [
        `spec.volumeAttributesClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [{ spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'v' }, volumeAttributesClassName: 'a' } }, []],
    [
      { spec: { ...BASE, hostPath: { path: '/a' }, nodeAffinity: {} } },
      ['spec.nodeAffinity.required: Required value: must specify required node constraints'],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' }, nodeAffinity: { required: {} } } },
      ['spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term'],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'a b', operator: 'X', values: ['-'] },
                    { key: 'a', operator: 'In' },
                    { key: 'a', operator: 'Gt', values: ['1', '2'] },
                    { key: 'a', operator: 'Exists', values: ['1'] },
                  ],
                  matchFields: [
                    { key: 'x', operator: 'In', values: ['a'] },
                    { key: 'metadata.name', operator: 'Exists' },
                  ],
                },
                {},
              ],
            },
          },
        },
      },
      [
        'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "X": not a valid selector operator',
        `spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[2].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
        "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[3].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        'spec.nodeAffinity.required.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "x": not a valid field selector key',
        'spec.nodeAffinity.required.nodeSelectorTerms[0].matchFields[1].operator: Invalid value: "Exists": not a valid selector operator',
      ],
    ],
    [
      { spec: { ...BASE, local: { path: '/a' }, nodeAffinity: {} } },
      ['spec.nodeAffinity.required: Required value: must specify required node constraints'],
    ],
    [
      {
        spec: {
          ...BASE,
          local: { path: '/a' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['x'] }] },
              ],
            },
          },
        },
      },
      [],
    ],
    [{ spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' }, mountOptions: ['x'] } }, []],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/' },
          gcePersistentDisk: {},
          awsElasticBlockStore: {},
          glusterfs: {},
          flocker: {},
          nfs: {},
          rbd: { monitors: [] },
          quobyte: {},
          cephfs: { monitors: [] },
          iscsi: {},
          cinder: {},
          fc: {},
          flexVolume: {},
          azureFile: {},
          vsphereVolume: {},
          photonPersistentDisk: {},
          portworxVolume: {},
          azureDisk: {},
          scaleIO: {},
          local: {},
          storageos: {},
          csi: {},
        },
      },
      [
        'spec.gcePersistentDisk: Forbidden: may not specify more than 1 volume type',
        'spec.awsElasticBlockStore: Forbidden: may not specify more than 1 volume type',
        'spec.glusterfs: Forbidden: may not specify more than 1 volume type',
        'spec.flocker: Forbidden: may not specify more than 1 volume type',
        'spec.nfs: Forbidden: may not specify more than 1 volume type',
        'spec.rbd: Forbidden: may not specify more than 1 volume type',
        'spec.quobyte: Forbidden: may not specify more than 1 volume type',
        'spec.cephFS: Forbidden: may not specify more than 1 volume type',
        'spec.iscsi: Forbidden: may not specify more than 1 volume type',
        'spec.cinder: Forbidden: may not specify more than 1 volume type',
        'spec.fc: Forbidden: may not specify more than 1 volume type',
        'spec.flexVolume.driver: Required value',
        'spec.azureFile: Forbidden: may not specify more than 1 volume type',
        'spec.vsphereVolume: Forbidden: may not specify more than 1 volume type',
        'spec.photonPersistentDisk: Forbidden: may not specify more than 1 volume type',
        'spec.portworxVolume: Forbidden: may not specify more than 1 volume type',
        'spec.azureDisk: Forbidden: may not specify more than 1 volume type',
        'spec.scaleIO: Forbidden: may not specify more than 1 volume type',
        'spec.local: Forbidden: may not specify more than 1 volume type',
        'spec.storageos: Forbidden: may not specify more than 1 volume type',
        'spec.csi: Forbidden: may not specify more than 1 volume type',
      ],
    ],
    [
      {
        metadata: {
          annotations: {
            'volume.beta.kubernetes.io/mount-options': 'x',
            'volume.beta.kubernetes.io/storage-class': 'y',
          },
        },
        spec: { ...BASE, hostPath: { path: '/a' } },
      },
      [
        'metadata.annotations.volume.beta.kubernetes.io/mount-options: Forbidden: may not specify mount options for this volume type',
      ],
    ],
    [
      {
        metadata: { annotations: { 'volume.beta.kubernetes.io/mount-options': 'x' } },
        spec: { ...BASE, nfs: { server: 's', path: '/p' } },
      },
      [],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          persistentVolumeReclaimPolicy: 'Recycle',
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'In', values: ['x'] }] },
              ],
            },
          },
        },
      },
      [],
    ],
    [{ spec: { ...BASE, hostPath: { path: '/a' }, claimRef: { name: 'a' } } }, []],
    [{ spec: { ...BASE, hostPath: { path: '/a' }, claimRef: { namespace: 'A_', name: 'B_' } } }, []],
  ])('%j', (object, problems) => {
    expect(problemsOf(resource, object)).toEqual(problems)
  })

  test.each<[object: object, warnings: string[]]>([
    [
      {
        metadata: { annotations: { 'volume.beta.kubernetes.io/mount-options': 'x' } },
        spec: { ...BASE, nfs: { server: 's', path: '/p' } },
      },
      [
        'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
      ],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          persistentVolumeReclaimPolicy: 'Recycle',
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'In', values: ['x'] }] },
              ],
            },
          },
        },
      },
      [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
      ],
    ],
  ])('with a word: %j', (object, warnings) => {
    expect(warningsOf(resource, object)).toEqual(warnings)
  })
})

describe('changes of persistent volumes', () => {
  test.each<[before: object, object: object, problems: string[]]>([
    [
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      { spec: { ...BASE, capacity: { storage: '2Gi' }, hostPath: { path: '/a' } } },
      [],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      { spec: { ...BASE, hostPath: { path: '/b' } } },
      ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      { spec: { ...BASE, hostPath: { path: '/a' }, volumeMode: 'Block' } },
      ['volumeMode: Invalid value: "Block": field is immutable'],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['x'] }] }] },
          },
        },
      },
      [],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['x'] }] }] },
          },
        },
      },
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      ['nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA'],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['x'] }] }] },
          },
        },
      },
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'b', operator: 'In', values: ['x'] }] }] },
          },
        },
      },
      [
        'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"b","Operator":"In","Values":["x"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA',
      ],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'In', values: ['x'] }] },
              ],
            },
          },
        },
      },
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['x'] }] }],
            },
          },
        },
      },
      [],
    ],
    [
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['x'] }] }],
            },
          },
        },
      },
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'In', values: ['x'] }] },
              ],
            },
          },
        },
      },
      [
        'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"beta.kubernetes.io/os","Operator":"In","Values":["x"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA',
      ],
    ],
    [
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' } } },
      {
        spec: {
          ...BASE,
          csi: { driver: 'a', volumeHandle: 'b', controllerExpandSecretRef: { name: 'a', namespace: 'b' } },
        },
      },
      [],
    ],
    [
      {
        spec: {
          ...BASE,
          csi: { driver: 'a', volumeHandle: 'b', controllerExpandSecretRef: { name: 'a', namespace: 'b' } },
        },
      },
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' } } },
      ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
    ],
    [
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' } } },
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'c' } } },
      ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
    ],
    [
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' }, volumeAttributesClassName: 'a' } },
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' } } },
      ['spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden'],
    ],
    [
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' }, volumeAttributesClassName: 'a' } },
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' }, volumeAttributesClassName: 'b' } },
      [],
    ],
    [
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' } } },
      { spec: { ...BASE, csi: { driver: 'a', volumeHandle: 'b' }, volumeAttributesClassName: '' } },
      [
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
      ],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      { spec: { ...BASE, accessModes: [], hostPath: { path: '/a' } } },
      ['spec.accessModes: Required value', 'spec.accessModes: Required value'],
    ],
    [
      { spec: { ...BASE, hostPath: { path: '/a' } } },
      {
        spec: {
          ...BASE,
          hostPath: { path: '/a' },
          persistentVolumeReclaimPolicy: 'Delete',
          mountOptions: ['a'],
          storageClassName: 'x',
        },
      },
      [],
    ],
  ])('%j to %j', (before, object, problems) => {
    // The difference is below the first line.
    expect(problemsOf(resource, object, before).map((problem) => problem.split('\n')[0])).toEqual(problems)
  })
})

test('a source that may not change is shown', () => {
  const csi = { driver: 'a', volumeHandle: 'b' }
  const before = { spec: { ...BASE, csi } }
  expect(problemsOf(resource, { spec: { ...BASE, csi: { ...csi, volumeHandle: 'c' } } }, before)).toEqual([
    `spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation
@@ -22,7 +22,7 @@
  "StorageOS": null,
  "CSI": {
   "Driver": "a",
-  "VolumeHandle": "b",
+  "VolumeHandle": "c",
   "ReadOnly": false,
   "FSType": "",
   "VolumeAttributes": null,
`,
  ])
})
