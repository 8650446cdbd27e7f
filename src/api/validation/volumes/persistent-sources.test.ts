import { expect, test } from 'vitest'
import { persistentvolumes } from '../../generated/resources.ts'
import { problemsOf } from '../testing/problems.ts'

// As kube-apiserver v1.34.2 answers.
test.each<[source: object, problems: string[]]>([
  [{ hostPath: { path: '/a' } }, []],
  [
    { hostPath: { path: '/a/..', type: 'X' } },
    [
      `hostPath.path: Invalid value: "/a/..": must not contain '..'`,
      'hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  ],
  [{ local: {} }, ['local.path: Required value', 'nodeAffinity: Required value: Local volume requires node affinity']],
  [
    { local: { path: 'a/../b' } },
    [
      `local.path: Invalid value: "a/../b": must not contain '..'`,
      'nodeAffinity: Required value: Local volume requires node affinity',
    ],
  ],
  [
    { nfs: {} },
    ['nfs.server: Required value', 'nfs.path: Required value', 'nfs.path: Invalid value: "": must be an absolute path'],
  ],
  [{ nfs: { server: 's', path: '/p' } }, []],
  [{ iscsi: {} }, ['iscsi.targetPortal: Required value', 'iscsi.iqn: Required value']],
  [
    { iscsi: { targetPortal: 'a'.repeat(70), iqn: 'x', lun: 300, chapAuthSession: true, initiatorName: 'y' } },
    [
      'iscsi.targetportal: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
      'iscsi.iqn: Invalid value: "x": must be valid format',
      'iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive',
      'iscsi.secretRef: Required value',
      'iscsi.initiatorname: Invalid value: "y": must be valid format',
    ],
  ],
  [
    { iscsi: { targetPortal: 'a', iqn: 'eui.x', initiatorName: 'naa.y', secretRef: {} } },
    [
      'iscsi.iqn: Invalid value: "eui.x": must be valid format',
      'iscsi.secretRef.name: Required value',
      'iscsi.initiatorname: Invalid value: "naa.y": must be valid format',
    ],
  ],
  [{ iscsi: { targetPortal: 'a', iqn: 'iqn.2015-02.example.com:test', secretRef: { name: 'x' } } }, []],
  [{ glusterfs: {} }, ['glusterfs.endpoints: Required value', 'glusterfs.path: Required value']],
  [
    { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: '' } },
    [
      'glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name',
    ],
  ],
  [
    { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: 'A' } },
    [
      `glusterfs.endpointsNamespace: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ],
  ],
  [{ glusterfs: { endpoints: 'e', path: 'p' } }, []],
  [{ flocker: {} }, ['flocker: Required value: one of datasetName and datasetUUID is required']],
  [{ rbd: {} }, ['rbd.monitors: Required value', 'rbd.image: Required value']],
  [{ rbd: { monitors: ['a'], image: 'b', pool: '' } }, []],
  [
    { quobyte: { registry: '' } },
    [
      'quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas',
      'quobyte.volume: Required value',
    ],
  ],
  [{ cephfs: {} }, ['cephfs.monitors: Required value']],
  [{ cephfs: { monitors: ['a'] } }, []],
  [
    { cinder: { secretRef: {} } },
    [
      'cinder.volumeID: Required value',
      'cinder.secretRef.name: Required value',
      'cinder.secretRef.namespace: Required value',
    ],
  ],
  [{ cinder: { volumeID: 'a', secretRef: { name: 'x' } } }, ['cinder.secretRef.namespace: Required value']],
  [{ fc: {} }, ['fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both']],
  [{ flexVolume: {} }, ['flexVolume.driver: Required value']],
  [
    { flexVolume: { driver: 'a', options: { 'k8s.io/x': '1' } } },
    ['flexVolume.options[k8s.io/x]: Invalid value: "k8s.io/x": kubernetes.io and k8s.io namespaces are reserved'],
  ],
  [{ azureFile: {} }, ['azureFile.secretName: Required value', 'azureFile.shareName: Required value']],
  [
    { azureFile: { secretName: 'a', shareName: 'b', secretNamespace: '' } },
    ['azureFile.secretNamespace: Required value'],
  ],
  [{ azureFile: { secretName: 'a', shareName: 'b', secretNamespace: null } }, []],
  [{ vsphereVolume: {} }, ['vsphereVolume.volumePath: Required value']],
  [{ photonPersistentDisk: {} }, ['photonPersistentDisk.pdID: Required value']],
  [{ photonPersistentDisk: { pdID: 'a' } }, []],
  [{ portworxVolume: {} }, ['portworxVolume.volumeID: Required value']],
  [
    { azureDisk: {} },
    [
      'azureDisk.diskName: Required value',
      'azureDisk.diskURI: Required value',
      'azureDisk.diskURI: Unsupported value: "": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
    ],
  ],
  [{ azureDisk: { diskName: 'a', diskURI: 'https://b' } }, []],
  [
    { scaleIO: {} },
    ['scaleIO.gateway: Required value', 'scaleIO.system: Required value', 'scaleIO.volumeName: Required value'],
  ],
  [{ scaleIO: { gateway: 'a', system: 'b', volumeName: 'c' } }, []],
  [{ storageos: {} }, ['storageos.volumeName: Required value']],
  [
    { storageos: { volumeName: 'a', volumeNamespace: 'B', secretRef: {} } },
    [
      `storageos.volumeNamespace: Invalid value: "B": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      'storageos.secretRef.name: Required value',
      'storageos.secretRef.namespace: Required value',
    ],
  ],
  [{ storageos: { volumeName: 'a' } }, []],
  [
    { csi: {} },
    [
      'csi.driver: Required value',
      `csi.driver: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      'csi.volumeHandle: Required value',
    ],
  ],
  [
    {
      csi: {
        driver: 'A_',
        volumeHandle: '',
        controllerPublishSecretRef: {},
        controllerExpandSecretRef: { name: 'A', namespace: 'B.c' },
        nodePublishSecretRef: { name: 'a' },
        nodeExpandSecretRef: { namespace: 'b' },
      },
    },
    [
      `csi.driver: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      'csi.volumeHandle: Required value',
      'csi.controllerPublishSecretRef.name: Required value',
      'csi.controllerPublishSecretRef.namespace: Required value',
      `csi.controllerExpandSecretRef.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      `csi.controllerExpandSecretRef.namespace: Invalid value: "B.c": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      'csi.nodePublishSecretRef.namespace: Required value',
      'csi.nodeExpandSecretRef.name: Required value',
    ],
  ],
  [{ gcePersistentDisk: {} }, ['persistentDisk.pdName: Required value']],
  [{ awsElasticBlockStore: {} }, ['awsElasticBlockStore.volumeID: Required value']],
])('persistent volumes of %j', (source, problems) => {
  const spec = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...source }
  expect(problemsOf(persistentvolumes, { spec })).toEqual(problems.map((problem) => `spec.${problem}`))
})
