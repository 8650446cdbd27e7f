/** Tells of a pod, or of a container of it, as an event. */
import type { Client } from '../../client/index.ts'
import { recordEvent } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import { FIELD_OF_KIND, findContainer } from './containers.ts'
import type { PodEvent } from './context.ts'

export function podEvents(client: Client, about: { clock: Clock; component: string; host: string }) {
  return ({ pod, container, ...event }: PodEvent): void => {
    const kind = container === undefined ? undefined : findContainer(pod, container)?.kind
    void recordEvent(client, {
      ...about,
      regarding: { ...pod, apiVersion: 'v1', kind: 'Pod' },
      ...(container !== undefined && { fieldPath: `spec.${FIELD_OF_KIND[kind ?? 'app']}{${container}}` }),
      ...event,
    })
  }
}
