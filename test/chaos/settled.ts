/** Whether what was wished for is what there is in the API. */
import { resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { NAMESPACE } from './wishes.ts'

/** What is not yet as the objects ask for. */
export async function unsettled(client: Client): Promise<string[]> {
  const inChaos = { namespace: NAMESPACE }
  const [deployments, statefulSets, jobs, pods] = await Promise.all([
    client.list(resources.deployments, inChaos),
    client.list(resources.statefulsets, inChaos),
    client.list(resources.jobs, inChaos),
    client.list(resources.pods, inChaos),
  ])
  const found: string[] = []
  let wanted = 0
  for (const { kind, metadata, spec, status } of [...deployments.items, ...statefulSets.items]) {
    const replicas = spec?.replicas ?? 1
    wanted += replicas
    const ready = status?.readyReplicas ?? 0
    if (ready !== replicas || status?.observedGeneration !== metadata.generation)
      found.push(`${kind} ${metadata.name}: ${ready} of ${replicas} pods are ready`)
  }
  for (const { metadata, spec, status } of jobs.items) {
    const complete = status?.conditions?.some(({ type, status: value }) => type === 'Complete' && value === 'True')
    if (!complete || status?.succeeded !== spec?.completions)
      found.push(`Job ${metadata.name}: ${status?.succeeded ?? 0} of ${spec?.completions} pods have succeeded`)
  }
  const running = pods.items.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
  if (running.length !== wanted) found.push(`${running.length} pods run, ${wanted} are wanted`)
  for (const { metadata } of pods.items)
    if (metadata.deletionTimestamp) found.push(`pod ${metadata.name} is still being deleted`)
  return found
}
