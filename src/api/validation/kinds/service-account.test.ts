import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, warningsOf } from '../testing/problems.ts'

// As kube-apiserver v1.34.2 answers.

describe('serviceaccounts', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [{ secrets: [{}, { name: 'A_' }], imagePullSecrets: [{}], automountServiceAccountToken: false }, []],
    [{ metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } }, []],
    [{ metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'false' } } }, []],
    [
      { metadata: { name: 'A_' } },
      [
        `metadata.name: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.serviceaccounts, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [
      { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } },
      { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } },
      [],
    ],
    [{}, { secrets: [{ name: 'a' }] }, []],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.serviceaccounts, object, before)).toEqual(problems)
  })

  test.each<[object: object, warnings: string[]]>([
    [
      { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } },
      [
        'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
      ],
    ],
    [
      { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'false' } } },
      [
        'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
      ],
    ],
  ])('with a word: %j', (object, warnings) => {
    expect(warningsOf(resources.serviceaccounts, object)).toEqual(warnings)
  })
})
