import { describe, expect, test } from 'vitest'
import { persistentvolumeclaims as resource } from '../../generated/resources.ts'
import { problemsOf, statusProblemsOf, warningsOf } from '../testing/problems.ts'

const BASE = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

// As kube-apiserver v1.34.2 answers.

describe('new claims', () => {
  test.each<[object: object, problems: string[]]>([
    [
      { spec: {} },
      [
        'spec.accessModes: Required value: at least 1 access mode is required',
        'spec.resources[storage]: Required value',
      ],
    ],
    [{ spec: { ...BASE } }, []],
    [
      {
        spec: {
          ...BASE,
          accessModes: ['X', 'ReadWriteOncePod', 'ReadWriteMany'],
          resources: { requests: { storage: '-1.5' } },
          storageClassName: 'A_',
          volumeMode: 'X',
          selector: {
            matchLabels: { 'a b': '-' },
            matchExpressions: [
              { key: 'a', operator: 'In' },
              { key: 'a', operator: 'In', values: ['-'] },
            ],
          },
          volumeAttributesClassName: 'A_',
        },
      },
      [
        `spec.selector.matchLabels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `spec.selector.matchLabels: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        `spec.selector.matchExpressions[1].values[0]: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
        'spec.accessModes: Unsupported value: "X": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
        'spec.resources[storage]: Invalid value: "-1500m": must be greater than zero',
        `spec.storageClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        'spec.volumeMode: Unsupported value: "X": supported values: "Block", "Filesystem"',
        `spec.volumeAttributesClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
    [{ spec: { ...BASE, resources: { requests: { storage: '1.5' }, limits: { storage: '100m' } } } }, []],
    [{ spec: { ...BASE, resources: { requests: { cpu: '1' } } } }, ['spec.resources[storage]: Required value']],
    [{ spec: { ...BASE, storageClassName: '', volumeAttributesClassName: '' } }, []],
    [
      {
        spec: {
          ...BASE,
          dataSource: { kind: 'A', name: 'b', apiGroup: 'c.d' },
          dataSourceRef: { kind: 'X', name: 'a', apiGroup: 'c.d' },
        },
      },
      ['spec: Invalid value: {}: must match dataSourceRef'],
    ],
    [{ metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec: { ...BASE } }, []],
  ])('%j', (object, problems) => {
    expect(problemsOf(resource, object)).toEqual(problems)
  })

  test.each<[object: object, warnings: string[]]>([
    [
      { spec: { ...BASE, resources: { requests: { storage: '1.5' }, limits: { storage: '100m' } } } },
      [
        'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
        'spec.resources.limits[storage]: fractional byte value "100m" is invalid, must be an integer',
      ],
    ],
    [
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec: { ...BASE } },
      [
        'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      ],
    ],
  ])('with a word: %j', (object, warnings) => {
    expect(warningsOf(resource, object)).toEqual(warnings)
  })
})

describe('changes of claims', () => {
  test.each<[before: object, object: object, problems: string[]]>([
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, resources: { requests: { storage: '2Gi' } } } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { status: { phase: 'Bound', capacity: { storage: '1Gi' } }, spec: { ...BASE } },
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' } },
        spec: { ...BASE, resources: { requests: { storage: '512Mi' } } },
      },
      ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
    ],
    [
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' } },
        spec: { ...BASE, resources: { requests: { storage: '5Gi' } } },
      },
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' } },
        spec: { ...BASE, resources: { requests: { storage: '2Gi' } } },
      },
      [],
    ],
    [
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' } },
        spec: { ...BASE, resources: { requests: { storage: '5Gi' } } },
      },
      { status: { phase: 'Bound', capacity: { storage: '1Gi' } }, spec: { ...BASE } },
      ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
    ],
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, resources: { requests: { storage: '512Mi' } } } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [{ spec: { ...BASE } }, { spec: { ...BASE, resources: { requests: { storage: '1024Mi' } } } }, []],
    [
      { status: { phase: 'Bound', capacity: { storage: '1Gi' } }, spec: { ...BASE } },
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' } },
        spec: { ...BASE, resources: { requests: { storage: '2Gi', cpu: '1' } } },
      },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [{ spec: { ...BASE } }, { spec: { ...BASE, volumeName: 'a' } }, []],
    [
      { spec: { ...BASE, volumeName: 'a' } },
      { spec: { ...BASE, volumeName: 'b' } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [{ spec: { ...BASE } }, { spec: { ...BASE, storageClassName: 'a' } }, []],
    [
      { spec: { ...BASE, storageClassName: 'a' } },
      { spec: { ...BASE, storageClassName: 'b' } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, volumeMode: 'Block' } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        'volumeMode: Invalid value: "Block": field is immutable',
      ],
    ],
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, accessModes: ['ReadOnlyMany'] } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, accessModes: [] } },
      [
        'spec.accessModes: Required value: at least 1 access mode is required',
        'spec.accessModes: Required value: at least 1 access mode is required',
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec: { ...BASE } },
      { spec: { ...BASE, storageClassName: 'x' } },
      [],
    ],
    [
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec: { ...BASE } },
      { spec: { ...BASE, storageClassName: 'y' } },
      [
        'metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "": field is immutable',
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec: { ...BASE } },
      {
        metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } },
        spec: { ...BASE, storageClassName: 'x' },
      },
      [],
    ],
    [
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } }, spec: { ...BASE } },
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'y' } }, spec: { ...BASE } },
      ['metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "y": field is immutable'],
    ],
    [
      { spec: { ...BASE } },
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'y' } }, spec: { ...BASE } },
      ['metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "y": field is immutable'],
    ],
    [
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'y' } }, spec: { ...BASE } },
      { spec: { ...BASE } },
      ['metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "": field is immutable'],
    ],
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, volumeAttributesClassName: 'a' } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { status: { phase: 'Bound', capacity: { storage: '1Gi' } }, spec: { ...BASE } },
      { status: { phase: 'Bound', capacity: { storage: '1Gi' } }, spec: { ...BASE, volumeAttributesClassName: 'a' } },
      [],
    ],
    [
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, currentVolumeAttributesClassName: 'a' },
        spec: { ...BASE, volumeAttributesClassName: 'a' },
      },
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, currentVolumeAttributesClassName: 'a' },
        spec: { ...BASE },
      },
      [
        'spec.volumeAttributesClassName: Forbidden: update to nil is forbidden when status.currentVolumeAttributesClassName is not nil',
      ],
    ],
    [
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, currentVolumeAttributesClassName: 'a' },
        spec: { ...BASE, volumeAttributesClassName: 'a' },
      },
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, currentVolumeAttributesClassName: 'a' },
        spec: { ...BASE, volumeAttributesClassName: '' },
      },
      [
        'spec.volumeAttributesClassName: Forbidden: update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil',
      ],
    ],
    [
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, currentVolumeAttributesClassName: 'a' },
        spec: { ...BASE, volumeAttributesClassName: 'a' },
      },
      {
        status: { phase: 'Bound', capacity: { storage: '1Gi' }, currentVolumeAttributesClassName: 'a' },
        spec: { ...BASE, volumeAttributesClassName: 'b' },
      },
      [],
    ],
    [
      { spec: { ...BASE, dataSource: { kind: 'PersistentVolumeClaim', name: 'a' } } },
      { spec: { ...BASE } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
    [
      { spec: { ...BASE } },
      { spec: { ...BASE, selector: { matchLabels: { a: 'b' } } } },
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ],
    ],
  ])('%j to %j', (before, object, problems) => {
    // The difference is below the first line.
    expect(problemsOf(resource, object, before).map((problem) => problem.split('\n')[0])).toEqual(problems)
  })
})

describe('the status of claims', () => {
  test.each<[status: object, problems: string[]]>([
    [{ phase: 'Bound', capacity: { storage: '1Gi' } }, []],
    [{ phase: 'Odd' }, []],
    [
      { capacity: { storage: '-1', cpu: '1' } },
      ['status.capacity[storage]: Invalid value: -1: must be a valid resource quantity'],
    ],
    [{ allocatedResources: { storage: '1.5' } }, []],
    [
      { allocatedResources: { storage: '-1' } },
      ['status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity'],
    ],
    [
      { allocatedResources: { cpu: '1' } },
      ['status.allocatedResources: Unsupported value: "cpu": supported values: "storage"'],
    ],
    [
      { allocatedResources: { 'a.b/c': '1', 'a b': '1', 'kubernetes.io/x': '1' } },
      [
        `status.allocatedResources: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        'status.allocatedResources: Unsupported value: "kubernetes.io/x": supported values: "storage"',
      ],
    ],
    [{ allocatedResourceStatuses: { storage: 'NodeResizePending' } }, []],
    [
      { allocatedResourceStatuses: { storage: 'Odd' } },
      [
        'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
      ],
    ],
    [
      { allocatedResourceStatuses: { cpu: 'NodeResizePending' } },
      ['status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"'],
    ],
    [{ conditions: [{ type: 'Resizing', status: 'Odd' }] }, []],
    [{ conditions: [{}] }, []],
    [{ modifyVolumeStatus: { status: '' } }, []],
    [{ accessModes: ['Odd'] }, []],
  ])('%j', (status, problems) => {
    expect(statusProblemsOf(resource, { spec: BASE, status }, { spec: BASE })).toEqual(problems)
  })
})

test('what may not change is shown', () => {
  const spec = { ...BASE, volumeName: 'b' }
  expect(problemsOf(resource, { spec }, { spec: { ...BASE, volumeName: 'a' } })).toEqual([
    `spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims
@@ -9,7 +9,7 @@
    "storage": "1Gi"
   }
  },
- "VolumeName": "a",
+ "VolumeName": "b",
  "StorageClassName": null,
  "VolumeMode": "Filesystem",
  "DataSource": null,
`,
  ])
})
