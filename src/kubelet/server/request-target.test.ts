import { expect, it } from 'vitest'
import { requestTarget } from './request-target.ts'

it.each([
  ['/metrics?a=b', '/metrics?a=b'],
  ['/metrics/../exec/ns/pod/c?command=id', '/exec/ns/pod/c?command=id'],
  ['/metrics/%2e%2e/exec/ns/pod/c', '/exec/ns/pod/c'],
  ['/metrics\\..\\exec/ns', '/exec/ns'],
  ['//elsewhere/metrics', '/elsewhere/metrics'],
  ['///metrics', '/metrics'],
  ['/\\elsewhere/metrics', '/elsewhere/metrics'],
  ['/metrics//x', '/metrics/x'],
  ['/%6detrics', '/%6detrics'],
])('%s is %s, to be allowed and to be dispatched', (url, read) => {
  const target = requestTarget(url)
  expect(target?.url).toBe(read)
  expect(target?.path).toBe(read.replace(/\?.*/, ''))
  // Whoever reads it again reads the same.
  expect(new URL(read, 'http://kubelet').pathname).toBe(target?.path)
})

it.each(['', '*', '/%', '/containerLogs/%ff/x', 'metrics', 'http://elsewhere/metrics', 'elsewhere:10250'])(
  '%j is no path',
  (url) => {
    expect(requestTarget(url)).toBeUndefined()
  },
)
