import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [{ flexVolume: {} }, ['flexVolume.driver: Required value']],
  [
    {
      flexVolume: {
        driver: 'd',
        options: { 'kubernetes.io/a': 'b', 'x.K8S.io/y': 'z', 'k8s.io': '', ok: '1', 'akubernetes.io/x': 'y' },
      },
    },
    [
      'flexVolume.options[kubernetes.io/a]: Invalid value: "kubernetes.io/a": kubernetes.io and k8s.io namespaces are reserved',
      'flexVolume.options[x.K8S.io/y]: Invalid value: "x.K8S.io/y": kubernetes.io and k8s.io namespaces are reserved',
      'flexVolume.options[k8s.io]: Invalid value: "k8s.io": kubernetes.io and k8s.io namespaces are reserved',
    ],
  ],
  [{ storageos: {} }, ['storageos.volumeName: Required value']],
  [
    { storageos: { volumeName: 'A_', volumeNamespace: 'B_', secretRef: {} } },
    [
      `storageos.volumeName: Invalid value: "A_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      `storageos.volumeNamespace: Invalid value: "B_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      'storageos.secretRef.name: Required value',
    ],
  ],
  [{ storageos: { volumeName: 'a' } }, []],
  [
    { scaleIO: {} },
    ['scaleIO.gateway: Required value', 'scaleIO.system: Required value', 'scaleIO.volumeName: Required value'],
  ],
  [{ scaleIO: { gateway: 'g', system: 's', volumeName: 'v' } }, []],
  [{ scaleIO: { gateway: 'g', system: 's', volumeName: 'v', secretRef: {} } }, []],
  [
    { csi: {} },
    [
      'csi.driver: Required value',
      `csi.driver: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  ],
  [
    { csi: { driver: '' } },
    [
      'csi.driver: Required value',
      `csi.driver: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  ],
  [
    { csi: { driver: 'A_b', nodePublishSecretRef: {} } },
    [
      `csi.driver: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      'csi.nodePublishSecretRef.name: Required value',
    ],
  ],
  [
    { csi: { driver: 'a'.repeat(64), nodePublishSecretRef: { name: 'X_' } } },
    [
      'csi.driver: Too long: may not be more than 63 bytes',
      `csi.name: Invalid value: "X_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ],
  ],
  [{ csi: { driver: 'A.b' } }, []],
]

describe('volumes of drivers', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
