import type { k8s } from '../../../api/index.ts'
import { type CellContext, NAME, type Printer, text, wide } from '../column.ts'
import { since } from '../duration.ts'

/** What an event of either group is printed from. */
interface EventFacts {
  first: string | undefined
  last: string | undefined
  count: number
  object: k8s.ObjectReference
  source: string
  message: string
}

function printer<T extends k8s.Event | k8s.EventsEvent>(factsOf: (event: T) => EventFacts): Printer<T> {
  const age =
    (pick: (facts: EventFacts) => string | undefined) =>
    (event: T, { now }: CellContext) =>
      since(pick(factsOf(event)), now)
  return {
    columns: [
      text(
        'Last Seen',
        age(({ first, last }) => last ?? first),
      ),
      text('Type', ({ type }) => type ?? ''),
      text('Reason', ({ reason }) => reason ?? ''),
      text('Object', (event) => {
        const { kind = '', name } = factsOf(event).object
        return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
      }),
      wide(text('Subobject', (event) => factsOf(event).object.fieldPath ?? '')),
      wide(text('Source', (event) => factsOf(event).source)),
      text('Message', (event) => factsOf(event).message.trim()),
      wide(
        text(
          'First Seen',
          age(({ first }) => first),
        ),
      ),
      wide(text('Count', (event) => factsOf(event).count)),
      wide(NAME),
    ],
  }
}

const sourceText = (component: string, host: string) => (host === '' ? component : `${component}, ${host}`)

export const eventPrinter = printer<k8s.Event>((event) => ({
  first: event.firstTimestamp || event.eventTime,
  last: event.series?.lastObservedTime || event.lastTimestamp || undefined,
  count: event.series?.count ?? (event.count || 1),
  object: event.involvedObject ?? {},
  source: sourceText(
    event.source?.component || event.reportingComponent || '',
    event.source?.host || event.reportingInstance || '',
  ),
  message: event.message ?? '',
}))

export const newEventPrinter = printer<k8s.EventsEvent>((event) => ({
  first: event.deprecatedFirstTimestamp || event.eventTime,
  last: event.series?.lastObservedTime || event.deprecatedLastTimestamp || undefined,
  count: event.series?.count ?? (event.deprecatedCount || 1),
  object: event.regarding ?? {},
  source: sourceText(
    event.deprecatedSource?.component || event.reportingController || '',
    event.deprecatedSource?.host || event.reportingInstance || '',
  ),
  message: event.note ?? '',
}))
