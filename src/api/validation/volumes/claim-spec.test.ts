import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [{ persistentVolumeClaim: {} }, ['persistentVolumeClaim.claimName: Required value']],
  [{ persistentVolumeClaim: { claimName: '' } }, ['persistentVolumeClaim.claimName: Required value']],
  [{ persistentVolumeClaim: { claimName: 'X_Y' } }, []],
  [{ ephemeral: {} }, ['ephemeral.volumeClaimTemplate: Required value']],
  [
    { ephemeral: { volumeClaimTemplate: {} } },
    [
      'ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
      'ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
    ],
  ],
  [
    {
      ephemeral: {
        volumeClaimTemplate: {
          metadata: {
            name: 'x',
            namespace: 'y',
            labels: { 'a b': 'c d' },
            annotations: { 'a b': 'x' },
            finalizers: ['a'],
          },
          spec: {
            accessModes: ['Odd', 'ReadWriteOncePod', 'ReadWriteOnce'],
            resources: { requests: { storage: '0' } },
            storageClassName: 'A_',
            volumeMode: 'X',
            selector: { matchLabels: { 'a b': '-' }, matchExpressions: [{ key: '', operator: 'x' }] },
            dataSource: { kind: 'x', name: '' },
            dataSourceRef: { kind: 'y', name: 'z', apiGroup: 'A_' },
            volumeAttributesClassName: 'A_',
          },
        },
      },
    },
    [
      `ephemeral.volumeClaimTemplate.metadata.annotations: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      `ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      `ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: "c d": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      'ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'ephemeral.volumeClaimTemplate.metadata.namespace: Forbidden: cannot be set',
      'ephemeral.volumeClaimTemplate.metadata.finalizers: Forbidden: cannot be set',
      `ephemeral.volumeClaimTemplate.spec.selector.matchLabels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      `ephemeral.volumeClaimTemplate.spec.selector.matchLabels: Invalid value: "-": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      'ephemeral.volumeClaimTemplate.spec.selector.matchExpressions[0].operator: Invalid value: "x": not a valid selector operator',
      'ephemeral.volumeClaimTemplate.spec.selector.matchExpressions[0].key: Invalid value: "": name part must be non-empty',
      `ephemeral.volumeClaimTemplate.spec.selector.matchExpressions[0].key: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      'ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "Odd": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      'ephemeral.volumeClaimTemplate.spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      'ephemeral.volumeClaimTemplate.spec.resources[storage]: Invalid value: "0": must be greater than zero',
      `ephemeral.volumeClaimTemplate.spec.storageClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      'ephemeral.volumeClaimTemplate.spec.volumeMode: Unsupported value: "X": supported values: "Block", "Filesystem"',
      'ephemeral.volumeClaimTemplate.spec.dataSource.name: Required value',
      `ephemeral.volumeClaimTemplate.spec.dataSource: Invalid value: "x": must be 'PersistentVolumeClaim' when referencing the default apiGroup`,
      `ephemeral.volumeClaimTemplate.spec.dataSourceRef.apiGroup: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      'ephemeral.volumeClaimTemplate.spec: Invalid value: {}: must match dataSourceRef',
      `ephemeral.volumeClaimTemplate.spec.volumeAttributesClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  ],
  [
    {
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1.5' } },
            dataSource: { kind: 'PersistentVolumeClaim', name: 'a' },
          },
        },
      },
    },
    [],
  ],
  [
    {
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1500m' } },
            dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'a', namespace: 'b' },
          },
        },
      },
    },
    [],
  ],
]

describe('volumes that are claimed', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
