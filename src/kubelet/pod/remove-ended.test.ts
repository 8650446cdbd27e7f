import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import type { Container } from '../runtime/runtime.ts'
import { removeEnded } from './remove-ended.ts'

it('what ended containers of pods that are over have goes; those of pods that go on stay, for their back-off', async () => {
  const pod = (uid: string, phase: k8s.PodStatus['phase']): k8s.Pod => ({
    metadata: { name: uid, uid },
    spec: { containers: [] },
    status: { phase },
  })
  const container = (id: string, uid: string, state: Container['state']): Container => ({
    id,
    sandboxId: uid,
    name: 'main',
    attempt: 0,
    state,
    createdAtMs: 0,
    labels: { [POD_UID_LABEL]: uid },
    annotations: {},
  })
  const removed: string[] = []
  await removeEnded(
    {
      listContainers: async () => [
        container('of-the-evicted', 'evicted', 'exited'),
        container('ending', 'evicted', 'running'),
        container('of-the-done', 'done', 'exited'),
        container('crashed', 'crashing', 'exited'),
        container('unknown', 'gone', 'exited'),
      ],
      removeContainer: async (id) => void removed.push(id),
    },
    [pod('evicted', 'Failed'), pod('done', 'Succeeded'), pod('crashing', 'Running')],
  )
  expect(removed).toEqual(['of-the-evicted', 'of-the-done'])
})
