/** `wait`, for what is and what comes. */
import { beforeAll, expect, it } from 'vitest'
import { configMap, type Area, deployment, pod } from './kubectl.ts'

const job = (name: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { backoffLimit: 0, template: { spec: { ...pod(name).spec, restartPolicy: 'Never' } } },
})

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

  it('for Jobs that complete and that fail', async () => {
    await kubectl.create(job('quick'), job('broken'))
    for (const [name, phase] of Object.entries({ quick: 'Succeeded', broken: 'Failed' })) {
      await kubectl.says(`wait --for=jsonpath={.status.active}=1 job/${name} --timeout=10s`)
      const [made = ''] = (await kubectl.says(`get pods -l job-name=${name} -o name`)).split('\n')
      await kubectl.says(`patch ${made} --subresource=status --type=merge -p ${JSON.stringify({ status: { phase } })}`)
    }
    expect(await kubectl.says('wait --for=condition=complete job/quick --timeout=20s')).toBe(
      'job.batch/quick condition met\n',
    )
    expect(await kubectl.says('wait --for=condition=failed job/broken --timeout=20s')).toBe(
      'job.batch/broken condition met\n',
    )
    expect(await kubectl.says('get jobs --no-headers')).toMatch(/^broken +Failed +0\/1 .*\nquick +Complete +1\/1 /)
  })
}
