/** A node that no kubelet serves: what is on it becomes what the test says. */
import type { Kubectl } from './kubectl.ts'

export async function createNode(kubectl: Kubectl, name: string): Promise<void> {
  await kubectl.create({ apiVersion: 'v1', kind: 'Node', metadata: { name } })
  const amounts = { pods: '100', cpu: '4', memory: '8Gi' }
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }]
  const status = JSON.stringify({ status: { conditions, capacity: amounts, allocatable: amounts } })
  await kubectl.says(`patch node ${name} --subresource=status --type=merge -p ${status}`)
}

/** Every pod of the namespace that there still is says that it runs. */
export async function becomeReady(kubectl: Kubectl): Promise<void> {
  const names = (await kubectl.says('get pods -o name')).trim().split('\n').filter(Boolean)
  const since = { lastTransitionTime: '2026-01-01T00:00:00Z' }
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', ...since }))
  const status = JSON.stringify({ status: { phase: 'Running', conditions } })
  for (const name of names)
    await kubectl.says(`patch ${name} --subresource=status --type=merge -p ${status}`).catch((error: unknown) => {
      // A rollout may have removed it meanwhile.
      if (!JSON.stringify(error).includes('not found')) throw error
    })
}
