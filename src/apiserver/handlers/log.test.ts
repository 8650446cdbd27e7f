import { describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'
import type { ApiResponse, Exchange } from '../../api/index.ts'

const PODS = '/api/v1/namespaces/default/pods'
const pod = (containers: string[], spec: object = {}) => ({
  metadata: { name: 'p' },
  spec: { nodeName: 'n', containers: containers.map((name) => ({ name, image: 'i' })), ...spec },
})
const plain =
  (status: number, body: ApiResponse['body']): Exchange =>
  async () => ({ status, headers: {}, body })

async function logOf(kubelet: Exchange, body: object, query = '') {
  await using cluster = await openTestCluster({ kubelet })
  expect((await call(cluster.exchange, 'POST', PODS, { body })).status).toBe(201)
  return call(cluster.exchange, 'GET', `${PODS}/p/log${query}`)
}

describe('the log of a pod', () => {
  test('comes from the kubelet of its node, with the options it knows', async () => {
    const urls: string[] = []
    const kubelet: Exchange = async ({ url }) => {
      urls.push(url)
      return {
        status: 200,
        headers: {},
        body: (async function* () {
          yield 'one\n'
          yield new TextEncoder().encode('two\n')
        })(),
      }
    }
    const answer = await logOf(kubelet, pod(['web']), '?follow=true&tailLines=5&timestamps=true&pretty=1')
    expect(answer).toMatchObject({ status: 200, text: 'one\ntwo\n' })
    expect(urls).toEqual(['/containerLogs/default/p/web?follow=true&timestamps=true&tailLines=5'])
  })

  test.each([
    ['', 'a container name must be specified for pod p, choose one of: [a b] or one of the init containers: [i]'],
    ['?container=x', 'container x is not valid for pod p'],
    ['?container=a&tailLines=x', 'tailLines: "x" is not a whole number'],
  ])('with %s is refused', async (query, message) => {
    const body = pod(['a', 'b'], { initContainers: [{ name: 'i', image: 'i' }] })
    expect((await logOf(plain(200, ''), body, query)).json).toMatchObject({ code: 400, message })
  })

  test('of a pod without a node is empty', async () => {
    expect(await logOf(plain(500, 'never asked'), pod(['a'], { nodeName: '' }))).toMatchObject({
      status: 204,
      text: '',
    })
  })

  test('passes on what a kubelet complains about', async () => {
    const message = 'container "a" in pod "p" is waiting to start: ContainerCreating'
    expect((await logOf(plain(400, message), pod(['a']))).json).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message,
    })
    expect((await logOf(plain(500, 'disk'), pod(['a']))).json).toMatchObject({
      code: 500,
      message: 'Internal error occurred: disk',
    })
  })
})
