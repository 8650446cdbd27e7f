import { describe, expect, test } from 'vitest'
import * as resources from '../../generated/resources.ts'
import { problemsOf, warningsOf } from '../testing/problems.ts'

// As kube-apiserver v1.34.2 answers.

describe('configmaps', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [
      { data: { a: 'x' }, binaryData: { a: 'eA==', 'b c': '' } },
      [
        'data[a]: Invalid value: "a": duplicate of key present in binaryData',
        `binaryData[b c]: Invalid value: "b c": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      ],
    ],
    [{ immutable: true, data: {} }, []],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.configmaps, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [
      { immutable: true, data: { a: 'b' } },
      { data: { a: 'c' }, binaryData: { b: 'eA==' } },
      [
        'immutable: Forbidden: field is immutable when `immutable` is set',
        'data: Forbidden: field is immutable when `immutable` is set',
        'binaryData: Forbidden: field is immutable when `immutable` is set',
      ],
    ],
    [
      { immutable: true, data: { a: 'b' } },
      { immutable: false, data: { a: 'b' } },
      ['immutable: Forbidden: field is immutable when `immutable` is set'],
    ],
    [{ data: { a: 'b' } }, { immutable: true, data: { a: 'c' } }, []],
    [
      { immutable: true },
      { immutable: true, data: { a: 'b' } },
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      {},
      { data: { 'a b': '' } },
      [
        `data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      ],
    ],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.configmaps, object, before)).toEqual(problems)
  })
})

describe('secrets', () => {
  test.each<[object: object, problems: string[]]>([
    [{}, []],
    [
      { data: { 'a b': '' } },
      [
        `data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      ],
    ],
    [{ stringData: { a: 'b' }, data: { a: 'Yw==' } }, []],
    [
      { type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    [
      {
        type: 'kubernetes.io/service-account-token',
        metadata: { annotations: { 'kubernetes.io/service-account.name': 'x' } },
      },
      [],
    ],
    [{ type: 'kubernetes.io/dockercfg' }, ['data[.dockercfg]: Required value']],
    [{ type: 'kubernetes.io/dockerconfigjson' }, ['data[.dockerconfigjson]: Required value']],
    [{ type: 'kubernetes.io/basic-auth' }, ['data[username]: Required value', 'data[password]: Required value']],
    [{ type: 'kubernetes.io/ssh-auth' }, ['data[ssh-privatekey]: Required value']],
    [{ type: 'kubernetes.io/tls' }, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    [{ type: 'bootstrap.kubernetes.io/token' }, []],
    [{ type: 'x y' }, []],
    [
      { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': 'eA==' } },
      [
        `data[.dockercfg]: Invalid value: "<secret contents redacted>": invalid character 'x' looking for beginning of value`,
      ],
    ],
    [
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'W10=' } },
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
    ],
    [{ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'bnVsbA==' } }, []],
    [
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'Ingi' } },
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal string into Go value of type map[string]interface {}',
      ],
    ],
    [
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'ew==' } },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
    ],
    [{ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'e30=' } }, []],
    [{ type: 'kubernetes.io/basic-auth', data: { username: '' } }, []],
    [{ type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } }, ['data[ssh-privatekey]: Required value']],
    [{ type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, ['data[tls.key]: Required value']],
    [{ type: 'kubernetes.io/tls', data: { 'tls.crt': 'YQ==', 'tls.key': 'Yg==' } }, []],
    [{ type: 'kubernetes.io/dockercfg', data: { '.dockercfg': 'e30=' } }, []],
  ])('new: %j', (object, problems) => {
    expect(problemsOf(resources.secrets, object)).toEqual(problems)
  })

  test.each<[before: object, object: object, problems: string[]]>([
    [{ type: 'a' }, { type: 'b' }, ['type: Invalid value: "b": field is immutable']],
    [{ type: 'a' }, {}, ['type: Invalid value: "Opaque": field is immutable']],
    [
      { immutable: true, data: { a: '' } },
      { data: { b: '' } },
      [
        'immutable: Forbidden: field is immutable when `immutable` is set',
        'data: Forbidden: field is immutable when `immutable` is set',
      ],
    ],
    [
      { immutable: true, data: { a: '' } },
      { immutable: true, stringData: { a: 'x' } },
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [{}, { immutable: true }, []],
  ])('changed: %j to %j', (before, object, problems) => {
    expect(problemsOf(resources.secrets, object, before)).toEqual(problems)
  })

  test.each<[object: object, warnings: string[]]>([
    [
      { type: 'kubernetes.io/tls', data: { 'tls.crt': 'YQ==', 'tls.key': 'Yg==' } },
      ['tls: failed to find any PEM data in certificate input'],
    ],
  ])('with a word: %j', (object, warnings) => {
    expect(warningsOf(resources.secrets, object)).toEqual(warnings)
  })
})
