import { CoreV1Api, type Informer, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import {
  asStored,
  audit,
  killAndStart,
  listedByApi,
  observedLabel,
  type Sighting,
  startWriter,
} from './harness/observed-writes.ts'

let naru: Installation
beforeAll(async () => {
  naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
  await naru.mustNaru('up')
})
afterAll(async () => naru?.[Symbol.asyncDispose]())

function openInformer() {
  const config = new KubeConfig()
  config.loadFromFile(naru.env.KUBECONFIG ?? '')
  config.setCurrentContext('naru')
  const api = config.makeApiClient(CoreV1Api)
  return makeInformer(
    config,
    '/api/v1/namespaces/default/configmaps',
    () => api.listNamespacedConfigMap({ namespace: 'default', labelSelector: observedLabel }),
    observedLabel,
  )
}

const sightingOf = (type: string, { metadata }: V1ConfigMap): Sighting => ({
  type,
  name: metadata?.name ?? '',
  uid: metadata?.uid ?? '',
  resourceVersion: metadata?.resourceVersion ?? '',
})

/** All events; after an error the informer is started again, as its documentation tells its users to do. */
function watchEvents(informer: Informer<V1ConfigMap>) {
  const events: Sighting[] = []
  let errors = 0
  let again: NodeJS.Timeout | undefined
  for (const type of ['add', 'update', 'delete'] as const)
    informer.on(type, (object) => events.push(sightingOf(type, object)))
  informer.on('error', () => {
    errors += 1
    again = setTimeout(() => void informer.start(), 100)
  })
  return {
    events,
    errors: () => errors,
    async stop() {
      await informer.stop()
      clearTimeout(again)
    },
  }
}

it("keeps an informer of Kubernetes' JavaScript client through two kills of the engine: nothing missed, nothing doubled", async () => {
  const informer = openInformer()
  const watched = watchEvents(informer)
  await informer.start()
  const writer = await startWriter(naru)
  try {
    await killAndStart(naru, writer)
    await killAndStart(naru, writer)
  } finally {
    await writer.stop()
  }
  const last = writer.acknowledged.at(-1)
  const listed = await listedByApi(naru)
  await eventually('the informer has come to the last write', async () =>
    watched.events.some(({ uid, resourceVersion }) => `${uid}@${resourceVersion}` === last),
  )
  await eventually('the informer has come to rest', async () => informer.list().length === listed.length)
  await watched.stop()
  expect(asStored(informer.list().map((object) => sightingOf('store', object)))).toEqual(listed)
  expect(writer.acknowledged.length).toBeGreaterThan(300)
  expect(audit(watched.events, writer.acknowledged)).toEqual({ missed: [], doubled: [], outOfOrder: [] })
})
