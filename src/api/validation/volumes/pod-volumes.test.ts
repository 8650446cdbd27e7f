import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf } from '../testing/problems.ts'
import { sourceProblems, volumeProblems } from '../testing/volumes.ts'

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const ephemeral = {
  volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } } },
}

describe('names of volumes', () => {
  test('are labels, each used once', () => {
    const volumes = [
      { emptyDir: {} },
      { name: 'A_', emptyDir: {} },
      { name: 'b', emptyDir: {} },
      { name: 'b', emptyDir: {} },
    ]
    expect(volumeProblems(volumes)).toEqual([
      'spec.volumes[0].name: Required value',
      `spec.volumes[1].name: Invalid value: "A_": ${LABEL}`,
      'spec.volumes[3].name: Duplicate value: "b"',
    ])
  })

  test('may be used again where the first volume is none', () => {
    const volumes = [
      { name: 'c', nfs: { server: 's' } },
      { name: 'c', emptyDir: {} },
    ]
    expect(volumeProblems(volumes)).toEqual([
      'spec.volumes[0].nfs.path: Required value',
      'spec.volumes[0].nfs.path: Invalid value: "": must be an absolute path',
    ])
  })

  test('make names of claims', () => {
    const volumes = [
      { name: 'e', ephemeral },
      { name: 'x', persistentVolumeClaim: { claimName: 'p-e' } },
    ]
    expect(volumeProblems(volumes, { name: 'p' })).toEqual([
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "p-e": must not reference a PVC that gets created for an ephemeral volume',
    ])
    const name = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(60)).join('.')
    expect(volumeProblems([{ name: 'e'.repeat(60), ephemeral }], { name })).toEqual([
      `spec.volumes[0].name: Invalid value: "${'e'.repeat(60)}": PVC name "${name}-${'e'.repeat(60)}": must be no more than 253 characters`,
    ])
  })
})

describe('a volume', () => {
  test('has one source, of which the first in order counts', () => {
    expect(sourceProblems({ hostPath: { path: '..' }, cephfs: {}, downwardAPI: {}, nfs: {} })).toEqual([
      'hostPath.path: Invalid value: "..": must not contain \'..\'',
      'nfs: Forbidden: may not specify more than 1 volume type',
      'cephFS: Forbidden: may not specify more than 1 volume type',
      'downwarAPI: Forbidden: may not specify more than 1 volume type',
    ])
  })

  test('of an image says which, in pods; templates may leave it to be filled in', () => {
    expect(sourceProblems({ image: {} })).toEqual(['image.reference: Required value'])
    const template = {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i' }], volumes: [{ name: 'v', image: {} }] },
    }
    const spec = { selector: { matchLabels: { a: 'b' } }, template }
    expect(problemsOf(resources.deployments, { spec })).toEqual([])
  })
})

describe('projected volumes', () => {
  const problems = (...sources: object[]) => sourceProblems({ projected: { sources } })

  test.each<[bundle: object, problems: string[]]>([
    [{ name: 'x', path: 'p' }, []],
    [{ name: 'a.b:c:x', path: 'p' }, []],
    [{ signerName: 'a.b/c', path: 'p', labelSelector: {} }, []],
    [{ path: 'p' }, [': Required value: either name or signerName must be specified']],
    [
      { name: 'x', signerName: 'a.b/c', path: 'p' },
      [
        ': Invalid value: {"Name":"x","SignerName":"a.b/c","LabelSelector":null,"Optional":null,"Path":"p"}: only one of name and signerName may be used',
      ],
    ],
    [
      { name: 'x', labelSelector: {}, path: 'p' },
      ['.labelSelector: Invalid value: {}: labelSelector must be unset if name is specified'],
    ],
    [
      { name: ':x', path: 'p' },
      [
        '.name: Invalid value: ":x": not a valid clustertrustbundlename: ClusterTrustBundle without signer name must not have ":" in its name',
      ],
    ],
    [
      { signerName: 'c', path: '/p' },
      [
        '.signerName: Invalid value: "c": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
        '.path: Invalid value: "/p": must be a relative path',
      ],
    ],
  ])('of trusted certificates: %j', (clusterTrustBundle, expected) => {
    expect(problems({ clusterTrustBundle })).toEqual(
      expected.map((problem) => `projected.sources[0].clusterTrustBundle${problem}`),
    )
  })

  test.each<[certificate: object, problems: string[]]>([
    [{ signerName: 'a.b/c', keyType: 'ED25519', keyPath: 'k', certificateChainPath: 'c' }, []],
    [
      { signerName: 'a.b/c', keyType: 'DSA', maxExpirationSeconds: 60 },
      [
        '.keyType: Unsupported value: "DSA": supported values: "RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"',
        '.maxExpirationSeconds: Invalid value: 60: if provided, maxExpirationSeconds must be >= 3600',
        ': Required value: specify at least one of credentialBundlePath, keyPath, and certificateChainPath',
      ],
    ],
    [
      { signerName: 'kubernetes.io/c', keyType: 'ED25519', maxExpirationSeconds: 86401, keyPath: '..k' },
      [
        '.maxExpirationSeconds: Invalid value: 86401: if provided, maxExpirationSeconds must be <= 86400',
        '.keyPath: Invalid value: "..k": must not start with \'..\'',
      ],
    ],
  ])('of keys for the pod: %j', (podCertificate, expected) => {
    expect(problems({ podCertificate })).toEqual(
      expected.map((problem) => `projected.sources[0].podCertificate${problem}`),
    )
  })

  test('have each path once, whatever it is of', () => {
    const certificate = { signerName: 'a.b/c', keyType: 'ED25519', credentialBundlePath: 'p' }
    expect(
      problems({ secret: { name: 's', items: [{ key: 'k', path: 'p' }] } }, { podCertificate: certificate }),
    ).toEqual(['projected: Invalid value: "p": conflicting duplicate paths'])
  })
})
