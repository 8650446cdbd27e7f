import { expect, it } from 'vitest'
import { FakeClock } from '../../lib/index.ts'
import type { Image } from '../runtime/runtime.ts'
import { Backoff } from './backoff.ts'
import { ensureImage } from './images.ts'

const HERE = 'registry.example/here:1'
const image: Image = { id: 'sha256:1', repoTags: [HERE], repoDigests: [], sizeBytes: 7 }

/** A node that has `HERE`, and a registry that has every image unless it is down. */
function nodeWith({ down = false } = {}) {
  const present = new Set([HERE])
  const told: string[] = []
  const runtime = {
    imageStatus: async (name: string) => (present.has(name) ? image : undefined),
    async pullImage(name: string) {
      if (down) throw new Error('no route to host')
      present.add(name)
      return image.id
    },
  }
  const clock = new FakeClock()
  const options = {
    runtime,
    clock,
    backoff: new Backoff(),
    credentials: async () => undefined,
    event: (type: string, reason: string, message: string) => void told.push(`${type} ${reason} ${message}`),
    signal: new AbortController().signal,
  }
  const ensure = (name: string, imagePullPolicy?: string) =>
    ensureImage({ name: 'c', image: name, ...(imagePullPolicy && { imagePullPolicy }) }, 'u', options)
  return { ensure, clock, told }
}
const PULLED = (name: string) =>
  `Normal Pulled Successfully pulled image "${name}" in 0s (0s including waiting). Image size: 7 bytes.`
const PRESENT = `Normal Pulled Container image "${HERE}" already present on machine`

it.each<[string, string | undefined, string[]]>([
  [HERE, 'IfNotPresent', [PRESENT]],
  [HERE, 'Never', [PRESENT]],
  [HERE, 'Always', [`Normal Pulling Pulling image "${HERE}"`, PULLED(HERE)]],
  [HERE, undefined, [PRESENT]],
  ['registry.example/other:1', 'IfNotPresent', ['Normal Pulling Pulling image "registry.example/other:1"']],
  ['registry.example/here', undefined, ['Normal Pulling Pulling image "registry.example/here"']],
  ['registry.example/here:latest', undefined, ['Normal Pulling Pulling image "registry.example/here:latest"']],
])('%s with policy %s is taken from the node or pulled as Kubernetes does it', async (name, policy, expected) => {
  const { ensure, told } = nodeWith()
  await ensure(name, policy)
  expect(told.slice(0, expected.length)).toEqual(expected)
})

it('an image that may not be pulled and is not there is an error of its own', async () => {
  const { ensure } = nodeWith()
  await expect(ensure('registry.example/other:1', 'Never')).rejects.toMatchObject({
    reason: 'ErrImageNeverPull',
    message: 'Container image "registry.example/other:1" is not present with pull policy of Never',
  })
  await expect(ensure('Not An Image')).rejects.toMatchObject({ reason: 'InvalidImageName' })
})

it('a pull that fails is tried again after 10 s, then 20 s, and says meanwhile why it waits', async () => {
  const { ensure, clock, told } = nodeWith({ down: true })
  const name = 'registry.example/other:1'
  const failed = { reason: 'ErrImagePull', message: 'no route to host' }
  const waits = {
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${name}": ErrImagePull: no route to host`,
  }
  await expect(ensure(name)).rejects.toMatchObject(failed)
  for (const seconds of [10, 20]) {
    await clock.advance(seconds * 1000 - 1)
    await expect(ensure(name)).rejects.toMatchObject(waits)
    await clock.advance(1)
    await expect(ensure(name)).rejects.toMatchObject(failed)
  }
  expect(told).toContain(`Normal BackOff Back-off pulling image "${name}"`)
})
