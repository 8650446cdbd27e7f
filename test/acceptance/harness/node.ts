/** A node of its own for a test file: an installation that runs containers, an image to make pods of, and a client of its
 *  API. Disposing it takes everything down. */
import type { Client } from '../../../src/client/index.ts'
import { openAdminClient } from './admin-client.ts'
import { eventually } from './command.ts'
import { type Installation, openInstallation } from './installation.ts'
import { publishImage } from './publish-image.ts'
import { strays } from './strays.ts'

export interface TestNode extends AsyncDisposable {
  naru: Installation
  client: Client
}

export async function openNode(image: 'busybox' | 'pause'): Promise<TestNode> {
  await using opened = new AsyncDisposableStack()
  const naru = opened.use(await openInstallation({ env: { NARU_RUNTIME: 'containerd' } }))
  await naru.mustNaru('up')
  await publishImage(naru, image)
  const { client } = opened.use(await openAdminClient(naru))
  const kept = opened.move()
  return { naru, client, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Resolves when the machine has what the node's pods need and nothing else; else says what it has. */
export function untilClean({ naru, client }: Pick<TestNode, 'naru' | 'client'>, timeoutMs = 60_000): Promise<true> {
  return eventually(
    'the machine has what its pods need and nothing else',
    async () => {
      const found = await strays(client, naru.stateDir)
      if (found.length > 0) throw new Error(found.join('\n'))
      return true
    },
    { timeoutMs, everyMs: 500 },
  )
}
