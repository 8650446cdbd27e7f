import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [{ iscsi: {} }, ['iscsi.targetPortal: Required value', 'iscsi.iqn: Required value']],
  [
    { iscsi: { targetPortal: 't', iqn: 'foo', lun: 256 } },
    [
      'iscsi.iqn: Invalid value: "foo": must be valid format starting with iqn, eui, or naa',
      'iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
    ],
  ],
  [{ iscsi: { targetPortal: 't', iqn: 'iqn.2001-04.com.example:storage' } }, []],
  [
    {
      iscsi: {
        targetPortal: 't',
        iqn: 'iqn.2001-04.com.example',
        lun: -1,
        chapAuthDiscovery: true,
        chapAuthSession: true,
      },
    },
    [
      'iscsi.iqn: Invalid value: "iqn.2001-04.com.example": must be valid format',
      'iscsi.lun: Invalid value: -1: must be between 0 and 255, inclusive',
      'iscsi.secretRef: Required value',
    ],
  ],
  [
    { iscsi: { targetPortal: 't', iqn: 'eui.x', lun: 1, initiatorName: 'foo' } },
    [
      'iscsi.iqn: Invalid value: "eui.x": must be valid format',
      'iscsi.initiatorname: Invalid value: "foo": must be valid format starting with iqn, eui, or naa',
    ],
  ],
  [
    { iscsi: { targetPortal: 't', iqn: 'naa.x', lun: 1, initiatorName: 'eui.y' } },
    [
      'iscsi.iqn: Invalid value: "naa.x": must be valid format',
      'iscsi.initiatorname: Invalid value: "eui.y": must be valid format',
    ],
  ],
  [
    {
      iscsi: {
        targetPortal: 'a'.repeat(70),
        iqn: 'naa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        lun: 1,
        initiatorName: 'iqn.2001-04.com.example:s',
      },
    },
    [
      'name: Invalid value: "v": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
    ],
  ],
  [{ iscsi: { targetPortal: 't', iqn: 'iqn.2001-04.com.example:storage', iscsiInterface: '', secretRef: {} } }, []],
  [{ fc: {} }, ['fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both']],
  [{ fc: { targetWWNs: ['a'] } }, ['fc.lun: Required value: lun is required if targetWWNs is specified']],
  [
    { fc: { targetWWNs: ['a'], wwids: ['b'], lun: 256 } },
    [
      'fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
      'fc.lun: Invalid value: 256: must be between 0 and 255, inclusive',
    ],
  ],
  [{ fc: { wwids: ['b'] } }, []],
]

describe('volumes on block devices', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
