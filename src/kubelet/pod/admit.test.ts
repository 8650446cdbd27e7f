import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { refusePod } from './admit.ts'
import { covers, entriesOf } from './pull-secrets.ts'

const pod = (spec: object): k8s.Pod => ({ metadata: { name: 'p' }, spec: { containers: [], ...spec } })
const sysctl = (name: string, more: object = {}) =>
  pod({ securityContext: { sysctls: [{ name, value: '1' }] }, ...more })

it.each([
  [sysctl('kernel.shm_rmid_forced'), undefined],
  [sysctl('kernel/shm_rmid_forced'), undefined],
  [sysctl('kernel.msgmax'), 'forbidden sysctl: "kernel.msgmax" not allowlisted'],
  [sysctl('net/ipv4/tcp_rmem'), 'forbidden sysctl: "net.ipv4.tcp_rmem" not allowlisted'],
  [
    sysctl('net.ipv4.tcp_syncookies', { hostNetwork: true }),
    'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host Net enabled',
  ],
  [pod({ os: { name: 'windows' } }), "Failed to admit pod as the OS field doesn't match node OS"],
])('a node says which pods it cannot take', (subject, message) => {
  expect(refusePod(subject, '4.14.9-x')?.message).toBe(message)
})

it('finds the credentials that are for an image', () => {
  const auth = Buffer.from('joe:pa:ss').toString('base64')
  const text = JSON.stringify({
    auths: { 'https://reg.example:5000/v2/': { auth }, 'x/y': { username: 'u', password: 'p' } },
  })
  const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') }
  expect(entriesOf({ metadata: { name: 's' }, type: 'kubernetes.io/dockerconfigjson', data })).toEqual([
    { of: 'reg.example:5000', credentials: { username: 'joe', password: 'pa:ss' } },
    { of: 'x/y', credentials: { username: 'u', password: 'p' } },
  ])
  expect(
    entriesOf({ metadata: { name: 's' }, type: 'kubernetes.io/dockercfg', data: { '.dockercfg': 'e30' } }),
  ).toEqual([])
  expect(covers('reg.example:5000/a', 'reg.example:5000/a/b:1')).toBe(true)
  expect(covers('reg.example:5000/c', 'reg.example:5000/a/b:1')).toBe(false)
  expect(covers('*.example', 'one.example/a')).toBe(true)
  expect(covers('*.example', 'two.one.example/a')).toBe(false)
  expect(covers('index.docker.io', 'docker.io/library/x')).toBe(true)
})
