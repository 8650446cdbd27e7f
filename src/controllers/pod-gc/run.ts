import { resources } from '../../api/index.ts'
import type { ControllerContext } from '../context.ts'
import { periodically } from '../periodically.ts'
import { PodCollector } from './collect.ts'

const EVERY_MS = 20_000

/** Looks for pods to clear away every twenty seconds. */
export async function runPodGarbageCollector(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [pods, nodes] = await Promise.all([informers.of(resources.pods), informers.of(resources.nodes)])
  const collector = new PodCollector({ client, clock, pods, nodes })
  await periodically(context, 'pod-gc', { everyMs: EVERY_MS, work: () => collector.collect() })
}
