import { describe, expect, it } from 'vitest'
import { apiError, type ApiRequest, type ApiResponse, type Exchange, type k8s, resources } from '../api/index.ts'
import { FakeClock } from '../lib/index.ts'
import { openInformer } from './informer.ts'
import { openClient } from './open-client.ts'

const configMap = (name: string, revision: number, value = '', uid = `uid-${name}`): k8s.ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'a', uid, resourceVersion: String(revision) },
  data: { value },
})

/** A server by script: each list and each watch takes the next entry; the test pushes watch lines when it likes. */
function scriptedServer() {
  const lists: (() => ApiResponse)[] = []
  const watches: { request: ApiRequest; push: (line: string | undefined) => void; closed: Promise<void> }[] = []
  const arrivals: (() => void)[] = []
  const json = (body: unknown, status = 200): ApiResponse => ({ status, headers: {}, body: JSON.stringify(body) })
  const exchange: Exchange = async (request) => {
    if (!request.url.includes('watch=true'))
      return (lists.shift() ?? (() => Promise.reject(new Error('unexpected list'))))()
    const pending: (string | undefined)[] = []
    let wake = () => {}
    const closed = Promise.withResolvers<void>()
    async function* body() {
      try {
        for (;;) {
          while (pending.length > 0) {
            const line = pending.shift()
            if (line === undefined) return
            yield `${line}\n`
          }
          if (request.signal.aborted) throw request.signal.reason
          await new Promise<void>((resolve) => {
            wake = resolve
            request.signal.addEventListener('abort', () => resolve(), { once: true })
          })
        }
      } finally {
        closed.resolve()
      }
    }
    watches.push({ request, closed: closed.promise, push: (line) => (pending.push(line), wake()) })
    arrivals.shift()?.()
    return { status: 200, headers: {}, body: body() }
  }
  return {
    exchange,
    list: (items: k8s.ConfigMap[], resourceVersion: string) =>
      lists.push(() => json({ metadata: { resourceVersion }, items })),
    failList: (error: ReturnType<typeof apiError>) => lists.push(() => json(error.status, error.code)),
    watch: async (n: number) => {
      while (watches.length <= n) await new Promise<void>((resolve) => arrivals.push(resolve))
      const watch = watches[n]
      if (watch === undefined) throw new Error('no watch')
      return watch
    },
  }
}
const event = (type: string, object: unknown) => JSON.stringify({ type, object })
const until = async (check: () => boolean) => {
  for (let turn = 0; turn < 1000 && !check(); turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(check()).toBe(true)
}

/** Lets everything that is due happen: a few turns of the event loop. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('openInformer', () => {
  it('knows the listed objects at once and follows the watch from the list on', async () => {
    const server = scriptedServer()
    server.list([configMap('one', 5)], '7')
    await using informer = await openInformer(openClient(server.exchange), resources.configmaps)
    const seen: string[] = []
    informer.onChange(({ type, object }) => seen.push(`${type} ${object.metadata.name}`))
    const watch = await server.watch(0)
    expect(watch.request.url).toContain('resourceVersion=7')
    watch.push(event('ADDED', configMap('two', 8)))
    watch.push(event('MODIFIED', configMap('one', 9, 'new')))
    watch.push(event('DELETED', configMap('two', 10)))
    await until(() => seen.length === 4)
    expect(seen).toEqual(['added one', 'added two', 'modified one', 'deleted two'])
    expect(informer.list('a').map((object) => object.data?.value)).toEqual(['new'])
  })

  it('watches again from the last event when the server closes the watch', async () => {
    const server = scriptedServer()
    server.list([], '1')
    await using informer = await openInformer(openClient(server.exchange), resources.configmaps)
    const first = await server.watch(0)
    first.push(event('ADDED', configMap('one', 4)))
    first.push(event('BOOKMARK', { metadata: { resourceVersion: '20' } }))
    first.push(undefined)
    expect((await server.watch(1)).request.url).toContain('resourceVersion=20')
    expect(informer.list()).toHaveLength(1)
  })

  it('lists anew when its version has expired, and tells handlers only of the differences', async () => {
    const server = scriptedServer()
    server.list([configMap('kept', 1), configMap('gone', 2), configMap('reborn', 3)], '3')
    await using informer = await openInformer(openClient(server.exchange), resources.configmaps)
    const seen: string[] = []
    informer.onChange(({ type, object }) => seen.push(`${type} ${object.metadata.name}`))
    seen.length = 0
    server.list([configMap('kept', 1), configMap('reborn', 30, '', 'another-uid'), configMap('new', 31)], '31')
    ;(await server.watch(0)).push(event('ERROR', apiError('Expired', 'too old resource version').status))
    expect((await server.watch(1)).request.url).toContain('resourceVersion=31')
    expect(seen).toEqual(['deleted gone', 'deleted reborn', 'added reborn', 'added new'])
  })

  it('gives up a watch that stays silent, and opens another', async () => {
    const clock = new FakeClock()
    const server = scriptedServer()
    server.list([], '1')
    await using _informer = await openInformer(openClient(server.exchange), resources.configmaps, {
      clock,
      silenceMs: 1000,
    })
    const first = await server.watch(0)
    await clock.advance(999)
    first.push(event('BOOKMARK', { metadata: { resourceVersion: '5' } }))
    await settle()
    await clock.advance(999)
    const second = server.watch(1)
    await clock.advance(1100)
    await first.closed
    await clock.advance(100)
    expect((await second).request.url).toContain('resourceVersion=5')
  })

  it('keeps trying when the first list fails', async () => {
    const clock = new FakeClock()
    const server = scriptedServer()
    server.failList(apiError('ServiceUnavailable', 'starting'))
    server.list([configMap('one', 1)], '1')
    const opening = openInformer(openClient(server.exchange), resources.configmaps, { clock })
    await settle()
    await clock.advance(50)
    await using informer = await opening
    expect(informer.list()).toHaveLength(1)
  })

  it('keeps an index up to date', async () => {
    const server = scriptedServer()
    server.list([configMap('one', 1, 'red'), configMap('two', 2, 'red')], '2')
    await using informer = await openInformer(openClient(server.exchange), resources.configmaps)
    const byValue = informer.index((object) => [object.data?.value ?? ''])
    const watch = await server.watch(0)
    expect(byValue('red').map((object) => object.metadata.name)).toEqual(['one', 'two'])
    watch.push(event('MODIFIED', configMap('one', 3, 'blue')))
    watch.push(event('DELETED', configMap('two', 4, 'red')))
    await until(() => byValue('red').length === 0)
    expect(byValue('blue').map((object) => object.metadata.name)).toEqual(['one'])
  })
})
