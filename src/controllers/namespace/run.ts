/** Wires the namespace controller: a namespace that is to go, and the end of each pod in it, ask for it. */
import { type KubeObject, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { reconcileNamespace } from './reconcile.ts'

const CONCURRENCY = 2

export async function runNamespaceController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [namespaces, pods] = await Promise.all([informers.of(resources.namespaces), informers.of(resources.pods)])
  const ifTerminating = (name: string | undefined) =>
    name !== undefined && namespaces.get({ name })?.metadata.deletionTimestamp !== undefined ? [name] : []
  await runController({
    name: 'namespace',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [
      source(namespaces, ({ metadata }) => ifTerminating(metadata.name)),
      source(pods, ({ metadata }: KubeObject) => ifTerminating(metadata.namespace)),
    ],
    reconcile: (name) => reconcileNamespace({ client, clock, namespaces }, name),
  })
}
