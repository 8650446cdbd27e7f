/** `wait`, for what is and what comes. */
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area, deployment, pod } from './kubectl.ts'

export const waiting: Area = (kubectl) => {
  beforeAll(() => kubectl.create(deployment('web', 0), pod('gated')))

  kubectl.saying([
    ['wait --for=condition=Available deployment/web --timeout=10s', 'deployment.apps/web condition met'],
    ['wait --for=condition=PodScheduled=false pod/gated --timeout=10s', 'pod/gated condition met'],
    ['wait --for=jsonpath={.spec.replicas}=0 deployment/web --timeout=5s', 'deployment.apps/web condition met'],
    ['wait --for=jsonpath={.metadata.uid} deployment --all --timeout=5s', 'deployment.apps/web condition met'],
    ['wait --for=delete pod/none --timeout=1s', /^$/],
  ])
  kubectl.refusing([
    ['wait --for=condition=Ready pod/gated --timeout=300ms', 'timed out waiting for the condition on pods/gated'],
    ['wait --for=condition=Ready pod/none --timeout=1s', 'pods "none" not found'],
    ['wait --for=delete pod/gated --timeout=300ms', 'timed out waiting for the condition on pods/gated'],
  ])

  it('for what comes meanwhile', async () => {
    const created = kubectl.says('wait --for=create configmap/late --timeout=20s')
    const changed = kubectl.says('wait --for=jsonpath={.metadata.labels.a}=b pod/gated --timeout=20s')
    const deleted = kubectl.says('wait --for=delete deployment/web --timeout=20s')
    await kubectl.create(configMap('late', {}))
    await kubectl.says('label pod gated a=b')
    await kubectl.says('delete deployment web')
    expect([await created, await changed, await deleted]).toEqual([
      'configmap/late condition met\n',
      'pod/gated condition met\n',
      expect.stringMatching(/^(deployment.apps\/web condition met\n)?$/),
    ])
  })
}
