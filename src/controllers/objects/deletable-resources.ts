/** The resources whose objects can be listed, followed and deleted: those that namespaces contain and that owner
 *  references may tie together. Events, which nobody owns and which expire, are among them only where asked for. */
import type { Resource } from '../../api/index.ts'

const EVENTS = 'events'

export function deletableResources(served: readonly Resource[], options: { withEvents: boolean }): Resource[] {
  return served.filter(
    ({ verbs, plural, group }) =>
      ['list', 'watch', 'delete'].every((verb) => verbs.includes(verb)) &&
      // The same objects are served as events.k8s.io/v1: once is enough.
      (plural !== EVENTS || (options.withEvents && group === '')),
  )
}
