/** `rollout`: the pods are on a node without a kubelet, so that the test says when they are ready. */
import { beforeAll, expect, it } from 'vitest'
import { eventually } from '../harness/command.ts'
import { becomeReady, createNode } from './idle-node.ts'
import { type Area, deployment } from './kubectl.ts'

export const rollingOut: Area = (kubectl) => {
  /** Makes pods ready until the rollout is through. */
  const rollOut = () =>
    eventually('the rollout', async () => {
      await becomeReady(kubectl)
      return (await kubectl.says('rollout status deployment/web --watch=false')).includes('successfully rolled out')
    })
  const image = () => kubectl.says('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}')

  beforeAll(async () => {
    await createNode(kubectl, 'rolling-out')
    await kubectl.create(deployment('web', 2, 'rolling-out'))
  })

  it('status waits until all pods are new and ready', async () => {
    expect(await kubectl.refuses('rollout status deployment/web --timeout=500ms')).toContain('timed out waiting')
    await rollOut()
    await kubectl.says('set image deployment/web c=app:2')
    const status = kubectl.says('rollout status deployment/web --timeout=30s')
    await rollOut()
    expect(await status).toContain('deployment "web" successfully rolled out\n')
  })

  it('history and undo', async () => {
    await kubectl.says('annotate deployment/web kubernetes.io/change-cause=second')
    await eventually('the change’s cause in the history', async () =>
      /^1 +<none>\n2 +second\n/m.test(await kubectl.says('rollout history deployment/web')),
    )
    expect(await kubectl.says('rollout history deployment/web --revision=2')).toMatch(/revision #2[\s\S]*Image:\tapp:2/)
    expect(await kubectl.says('rollout undo deployment/web --dry-run=server')).toContain('rolled back (server dry run)')
    expect(await image()).toBe('app:2')
    expect(await kubectl.says('rollout undo deployment/web --to-revision=1')).toBe('deployment.apps/web rolled back\n')
    expect(await image()).toBe('app:1')
    await rollOut()
    expect(await kubectl.refuses('rollout undo deployment/web --to-revision=9')).toContain(
      'unable to find specified revision 9 in history',
    )
  })

  it('pause, resume and restart', async () => {
    expect(await kubectl.says('rollout pause deployment/web')).toBe('deployment.apps/web paused\n')
    expect(await kubectl.refuses('rollout pause deployment/web')).toContain('is already paused')
    expect(await kubectl.refuses('rollout restart deployment/web')).toContain("can't restart paused deployment")
    expect(await kubectl.refuses('rollout undo deployment/web')).toContain('you cannot rollback a paused deployment')
    expect(await kubectl.says('rollout resume deployment/web')).toBe('deployment.apps/web resumed\n')
    expect(await kubectl.refuses('rollout resume deployment/web')).toContain('is not paused')
    expect(await kubectl.says('rollout restart deployment/web')).toBe('deployment.apps/web restarted\n')
    await rollOut()
    expect(await kubectl.says('get deployment web -o jsonpath={.spec.template.metadata.annotations}')).toContain(
      'kubectl.kubernetes.io/restartedAt',
    )
  })
}
