import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { kubeletPath, optionsObject, parseStreamOptions } from './stream-options.ts'

const pod = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'app' }, { name: 'side' }] },
} as unknown as k8s.Pod
const options = (subresource: 'exec' | 'attach' | 'portforward', query: string) =>
  parseStreamOptions(subresource, new URLSearchParams(query))

describe('what a stream of a pod is asked for', () => {
  it('a command becomes the options that admission sees and the path that the kubelet takes', () => {
    const exec = options('exec', 'command=sh&command=-c&command=a b&container=app&stdin=true&stdout=1&stderr=false')
    expect(optionsObject('exec', exec)).toEqual({
      kind: 'PodExecOptions',
      apiVersion: 'v1',
      stdin: true,
      stdout: true,
      stderr: false,
      tty: false,
      container: 'app',
      command: ['sh', '-c', 'a b'],
    })
    expect(kubeletPath('exec', pod, exec)).toBe('/exec/shop/web/app?input=1&output=1&command=sh&command=-c&command=a+b')
  })

  it('a terminal has one output', () => {
    expect(options('attach', 'stdout=true&stderr=true&tty=true')).toMatchObject({ tty: true, stderr: false })
  })

  it('ports may come one by one or as a list', () => {
    const forward = options('portforward', 'ports=80&ports=8080,443')
    expect(optionsObject('portforward', forward)).toEqual({
      kind: 'PodPortForwardOptions',
      apiVersion: 'v1',
      ports: [80, 8080, 443],
    })
    expect(kubeletPath('portforward', pod, forward)).toBe('/portForward/shop/web?port=80&port=8080&port=443')
  })

  it.each([
    ['exec', 'command=ls', 'you must specify at least 1 of stdin, stdout, stderr'],
    ['portforward', 'ports=http', 'ports: ["http"] are not port numbers'],
    ['portforward', 'ports=65536', 'ports: ["65536"] are not port numbers'],
  ] as const)('%s?%s is refused', (subresource, query, message) => {
    expect(() => options(subresource, query)).toThrow(message)
  })

  it.each([
    ['', 'a container name must be specified for pod web, choose one of: [app side]'],
    ['none', 'container none is not valid for pod web'],
  ])('the container %j is refused', (container, message) => {
    expect(() => kubeletPath('attach', pod, options('attach', `stdout=1&container=${container}`))).toThrow(message)
  })
})
