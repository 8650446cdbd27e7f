import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [{ gcePersistentDisk: {} }, ['persistentDisk.pdName: Required value']],
  [
    { gcePersistentDisk: { pdName: '', partition: 256 } },
    [
      'persistentDisk.pdName: Required value',
      'persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
    ],
  ],
  [
    { gcePersistentDisk: { pdName: 'a', partition: -1 } },
    ['persistentDisk.partition: Invalid value: -1: must be between 1 and 255, inclusive'],
  ],
  [{ awsElasticBlockStore: {} }, ['awsElasticBlockStore.volumeID: Required value']],
  [
    { awsElasticBlockStore: { volumeID: '', partition: 256 } },
    [
      'awsElasticBlockStore.volumeID: Required value',
      'awsElasticBlockStore.partition: Invalid value: 256: must be between 1 and 255, inclusive',
    ],
  ],
  [{ cinder: {} }, ['cinder.volumeID: Required value']],
  [{ cinder: { volumeID: 'v', secretRef: {} } }, ['cinder.secretRef.name: Required value']],
  [{ azureFile: {} }, ['azureFile.secretName: Required value', 'azureFile.shareName: Required value']],
  [{ azureFile: { secretName: 's', shareName: '' } }, ['azureFile.shareName: Required value']],
  [{ vsphereVolume: {} }, ['vsphereVolume.volumePath: Required value']],
  [{ photonPersistentDisk: {} }, ['photonPersistentDisk.pdID: Required value']],
  [{ portworxVolume: {} }, ['portworxVolume.volumeID: Required value']],
  [{ vsphereVolume: { volumePath: 'a' } }, []],
  [{ photonPersistentDisk: { pdID: 'a' } }, []],
  [{ portworxVolume: { volumeID: 'a' } }, []],
  [
    { azureDisk: {} },
    [
      'azureDisk.diskName: Required value',
      'azureDisk.diskURI: Required value',
      'azureDisk.diskURI: Unsupported value: "": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
    ],
  ],
  [
    { azureDisk: { diskName: 'a', diskURI: 'b', cachingMode: 'X', kind: 'Y' } },
    [
      'azureDisk.cachingMode: Unsupported value: "X": supported values: "None", "ReadOnly", "ReadWrite"',
      'azureDisk.kind: Unsupported value: "Y": supported values: "Dedicated", "Managed", "Shared"',
      'azureDisk.diskURI: Unsupported value: "b": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
    ],
  ],
  [
    { azureDisk: { diskName: 'a', diskURI: 'b', kind: 'Managed' } },
    [
      'azureDisk.diskURI: Unsupported value: "b": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
    ],
  ],
  [
    { azureDisk: { diskName: 'a', diskURI: 'b', kind: 'Shared' } },
    [
      'azureDisk.diskURI: Unsupported value: "b": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
    ],
  ],
  [{ azureDisk: { diskName: 'a', diskURI: 'https://x', kind: 'Dedicated' } }, []],
  [{ azureDisk: { diskName: 'a', diskURI: '/subscriptions/x', kind: 'Managed' } }, []],
]

describe('volumes of clouds', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
