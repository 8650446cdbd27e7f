/** A short part of `npm run soak`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, loadKubeconfig, openClient, openHttpsExchange } from '../../src/client/index.ts'
import { eventually } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'
import { publishImage } from './harness/publish-image.ts'
import { endPods, startPods } from './harness/pod-waves.ts'
import { strays } from './harness/strays.ts'

describe('a node', () => {
  let naru: Installation
  let client: Client
  let opened: AsyncDisposableStack

  beforeAll(async () => {
    opened = new AsyncDisposableStack()
    naru = opened.use(await openInstallation({ env: { NARU_RUNTIME: 'containerd' } }))
    await naru.mustNaru('up')
    await publishImage(naru, 'pause')
    const { connection } = await loadKubeconfig(naru.env.KUBECONFIG ?? '', 'naru')
    client = openClient(opened.use(openHttpsExchange(connection)))
  })
  afterAll(async () => opened?.disposeAsync())

  /** What the machine has that no pod accounts for, once it had a moment. */
  async function straysAfterAll(): Promise<string[]> {
    let found: string[] = []
    const look = async () => (found = await strays(client, naru.stateDir)).length === 0
    await eventually('nothing is left over', look, { timeoutMs: 60_000, everyMs: 500 }).catch((error: unknown) => {
      if (found.length === 0) throw error
    })
    return found
  }

  it('runs 110 pods at once, and nothing is left of them', async () => {
    await startPods(client, 110)
    expect(await straysAfterAll()).toEqual([])
    await endPods(client)
    expect(await straysAfterAll()).toEqual([])
  }, 300_000)

  it('starts and stops 100 pods, 25 at a time, and nothing is left of them', async () => {
    for (let wave = 0; wave < 4; wave += 1) {
      await startPods(client, 25)
      await endPods(client)
    }
    expect(await straysAfterAll()).toEqual([])
  }, 300_000)
})
