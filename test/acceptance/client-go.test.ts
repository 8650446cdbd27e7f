import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildGoTool } from '../../tools/go/build.ts'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { openGoInformer } from './harness/go-informer.ts'
import { asStored, audit, killAndStart, listedByApi, observedLabel, startWriter } from './harness/observed-writes.ts'

let naru: Installation
let program: string
beforeAll(async () => {
  program = await buildGoTool('informer', (line) => process.stderr.write(`${line}\n`))
  naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
  await naru.mustNaru('up')
}, 600_000)
afterAll(async () => naru?.[Symbol.asyncDispose]())

it('keeps an informer of the Go client library through two kills of the engine: nothing missed, nothing doubled', async () => {
  const informer = openGoInformer(program, [naru.env.KUBECONFIG ?? '', 'naru', 'default', observedLabel])
  const writer = await startWriter(naru)
  try {
    await eventually('the informer has its first list', async () => informer.synced())
    await killAndStart(naru, writer)
    await killAndStart(naru, writer)
  } finally {
    await writer.stop()
  }
  const last = writer.acknowledged.at(-1)
  await eventually('the informer has come to the last write', async () =>
    informer.events().some(({ uid, resourceVersion }) => `${uid}@${resourceVersion}` === last),
  )
  const listed = await listedByApi(naru)
  await eventually('the informer has come to rest', async () => informer.present() === listed.length)
  const store = await informer.stop()
  expect(asStored(store)).toEqual(listed)
  // What was written before the informer's first list is not an event of its own.
  const first = Number(informer.events()[0]?.resourceVersion)
  const since = writer.acknowledged.filter((state) => Number(state.split('@')[1]) >= first)
  expect(since.length).toBeGreaterThan(300)
  expect(audit(informer.events(), since)).toEqual({ missed: [], doubled: [], outOfOrder: [] })
})
