import { describe, expect, test } from 'vitest'
import { sourceProblems } from '../testing/volumes.ts'

// As kube-apiserver v1.34.2 answers.
const rows: [source: object, problems: string[]][] = [
  [{ secret: {} }, ['secret.secretName: Required value']],
  [
    {
      secret: {
        secretName: 's',
        defaultMode: 512,
        items: [
          {},
          { key: 'a', path: '/a/../b', mode: -1 },
          { key: 'a/b', path: '..a' },
          { key: '..', path: '../a' },
          { key: 'k', path: '..' },
        ],
      },
    },
    [
      'secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'secret.items[0].key: Required value',
      'secret.items[0].path: Required value',
      'secret.items[1].path: Invalid value: "/a/../b": must be a relative path',
      `secret.items[1].path: Invalid value: "/a/../b": must not contain '..'`,
      'secret.items[1].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
      `secret.items[2].path: Invalid value: "..a": must not start with '..'`,
      `secret.items[3].path: Invalid value: "../a": must not contain '..'`,
      `secret.items[4].path: Invalid value: "..": must not contain '..'`,
      `secret.items[4].path: Invalid value: "..": must not start with '..'`,
    ],
  ],
  [{ configMap: {} }, ['configMap.name: Required value']],
  [
    { configMap: { name: 's', defaultMode: -1, items: [{}, { key: 'a', path: '/a/../b', mode: 512 }] } },
    [
      'configMap.defaultMode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
      'configMap.items[0].key: Required value',
      'configMap.items[0].path: Required value',
      'configMap.items[1].path: Invalid value: "/a/../b": must be a relative path',
      `configMap.items[1].path: Invalid value: "/a/../b": must not contain '..'`,
      'configMap.items[1].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ],
  ],
  [{ downwardAPI: {} }, []],
  [
    {
      downwardAPI: {
        defaultMode: 512,
        items: [
          {},
          { path: '', mode: 512 },
          { path: '/a', fieldRef: {} },
          { path: 'a', fieldRef: { fieldPath: 'metadata.name' } },
          { path: 'a', fieldRef: { fieldPath: 'spec.nodeName' } },
          { path: 'a', fieldRef: { fieldPath: "metadata.labels['a/b/c']" } },
          { path: 'a', fieldRef: { fieldPath: "metadata.annotations['A b']" } },
          { path: 'a', fieldRef: { fieldPath: "metadata.name['x']" } },
          { path: 'a', fieldRef: { fieldPath: 'odd' } },
          { path: 'a', fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } },
          { path: 'a', fieldRef: { fieldPath: 'metadata.name' }, resourceFieldRef: { resource: 'limits.cpu' } },
          { path: 'a', resourceFieldRef: {} },
          { path: 'a', resourceFieldRef: { containerName: 'c', resource: '' } },
          { path: 'a', resourceFieldRef: { containerName: 'c', resource: 'limits.odd' } },
          { path: 'a', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '2' } },
          { path: 'a', resourceFieldRef: { containerName: 'c', resource: 'limits.memory', divisor: '1m' } },
          { path: 'a', resourceFieldRef: { containerName: 'c', resource: 'requests.ephemeral-storage', divisor: '3' } },
          { path: 'a', resourceFieldRef: { containerName: 'c', resource: 'requests.hugepages-2Mi', divisor: '3' } },
          { path: '..a', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } },
          { path: 'ok', resourceFieldRef: { containerName: 'c', resource: 'limits.hugepages-1Gi' } },
        ],
      },
    },
    [
      'downwardAPI.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'downwardAPI.path: Required value',
      'downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'downwardAPI.path: Required value',
      'downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'downwardAPI.mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'downwardAPI.path: Invalid value: "/a": must be a relative path',
      'downwardAPI.fieldRef.fieldPath: Required value',
      'downwardAPI.fieldRef.fieldPath: Unsupported value: "spec.nodeName": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
      `downwardAPI.fieldRef: Invalid value: "a/b/c": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      `downwardAPI.fieldRef: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      `downwardAPI.fieldRef.fieldPath: Invalid value: "metadata.name['x']": error converting fieldPath: field label does not support subscript: metadata.name['x']`,
      'downwardAPI.fieldRef.fieldPath: Invalid value: "odd": error converting fieldPath: field label not supported: odd',
      'downwardAPI.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
      'downwardAPI: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously',
      'downwardAPI.resourceFieldRef.containerName: Required value',
      'downwardAPI.resourceFieldRef.resource: Required value',
      'downwardAPI.resourceFieldRef.resource: Unsupported value: "limits.odd": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
      `downwardAPI.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
      `downwardAPI.resourceFieldRef.divisor: Invalid value: "limits.memory": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource`,
      `downwardAPI.resourceFieldRef.divisor: Invalid value: "requests.ephemeral-storage": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource`,
      `downwardAPI.resourceFieldRef.divisor: Invalid value: "requests.hugepages-2Mi": only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource`,
      `downwardAPI.path: Invalid value: "..a": must not start with '..'`,
    ],
  ],
  [{ projected: {} }, []],
  [{ projected: { sources: [] } }, []],
  [
    {
      projected: {
        defaultMode: 512,
        sources: [
          {},
          { secret: {} },
          { configMap: {} },
          { downwardAPI: {} },
          { secret: { name: 'a', items: [{ key: 'k', path: 'p' }, { key: 'k', path: 'p' }, {}] } },
          {
            configMap: {
              name: 'b',
              items: [
                { key: 'k', path: 'p' },
                { key: '', path: '/x', mode: 512 },
              ],
            },
          },
          { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.name' } }, { path: 'q' }] } },
          { secret: { name: 'x' }, configMap: { name: 'x' } },
          { serviceAccountToken: {} },
          { serviceAccountToken: { path: '/a', expirationSeconds: 1 } },
          { serviceAccountToken: { path: '..a', expirationSeconds: 4294967297 } },
          { serviceAccountToken: { path: 'ok', audience: 'x' } },
        ],
      },
    },
    [
      'projected.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'projected.sources[1].secret.name: Required value',
      'projected.sources[2].configMap.name: Required value',
      'projected: Invalid value: "a": conflicting duplicate paths',
      'projected.sources[4].secret.items[2].key: Required value',
      'projected.sources[4].secret.items[2].path: Required value',
      'projected: Invalid value: "b": conflicting duplicate paths',
      'projected.sources[5].configMap.items[1].key: Required value',
      'projected.sources[5].configMap.items[1].path: Invalid value: "/x": must be a relative path',
      'projected.sources[5].configMap.items[1].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'projected: Invalid value: "p": conflicting duplicate paths',
      'projected.sources[6].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      'projected.sources[7]: Forbidden: may not specify more than 1 volume type per source',
      'projected.path: Required value',
      'projected.sources[9].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      'projected.path: Invalid value: "/a": must be a relative path',
      'projected.sources[10].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
      `projected.path: Invalid value: "..a": must not start with '..'`,
    ],
  ],
]

describe('volumes of files from other objects', () => {
  test.each(rows)('%j', (source, problems) => {
    expect(sourceProblems(source)).toEqual(problems)
  })
})
