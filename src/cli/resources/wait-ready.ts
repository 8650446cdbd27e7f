/** Waits, with progress, until a Resource can be used. */
import { type BackingResource, backingResources, type k8s, type ObjectRef } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'

const LOOK_AGAIN_MS = 200
/** Not a failure of the Resource, but on its way. */
const UNDER_WAY = 'Provisioning'

/** `patienceMs`: how long nothing may change. Throws CliError `resourceFailed`. */
export async function waitReady(
  { t, console, clock, signal }: CommandContext,
  client: Client,
  { ref, patienceMs }: { ref: ObjectRef; patienceMs: number },
): Promise<BackingResource> {
  return console.progress.run(t('step.resource', { name: ref.name }), async (step) => {
    let said = ''
    let sinceMs = clock.now()
    for (;;) {
      signal.throwIfAborted()
      const resource = await client.get(backingResources, ref, { signal })
      const ready = readyCondition(resource)
      if (ready?.status === 'True') return resource
      const { reason = UNDER_WAY, message = '' } = ready ?? {}
      if (message !== said) sinceMs = clock.now()
      said = message
      step.update(message)
      if (reason !== UNDER_WAY || clock.now() - sinceMs > patienceMs)
        throw CliError.of('resourceFailed', { name: ref.name, reason, message })
      await clock.sleep(LOOK_AGAIN_MS, signal)
    }
  })
}

/** Undefined while it speaks of an earlier state. */
export function readyCondition({ metadata, status }: BackingResource): k8s.Condition | undefined {
  const isCurrent = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  return isCurrent ? status?.conditions?.find(({ type }) => type === 'Ready') : undefined
}
