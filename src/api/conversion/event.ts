/** Events are one thing under two API groups: the core group's form is kept, that of events.k8s.io is made from it.
 *  Source: k8s.io/kubernetes v1.34, pkg/apis/events/v1 (conversion.go). */
import type * as k8s from '../generated/types.ts'
import { present } from './present.ts'

type CoreEvent = k8s.Event
type NewEvent = k8s.EventsEvent

/** core/v1 to events.k8s.io/v1. */
export function convertEvent(event: CoreEvent): NewEvent {
  const { metadata, action, reason, type, eventTime, series, related, reportingInstance } = event
  return present<NewEvent>({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata,
    eventTime: eventTime ?? (null as unknown as string),
    series: series as k8s.EventsEventSeries | undefined,
    reportingController: event.reportingComponent,
    reportingInstance,
    action,
    reason,
    regarding: event.involvedObject,
    related,
    note: event.message,
    type,
    deprecatedSource: event.source,
    deprecatedFirstTimestamp: event.firstTimestamp,
    deprecatedLastTimestamp: event.lastTimestamp,
    deprecatedCount: event.count,
  })
}

/** events.k8s.io/v1 to core/v1. */
export function coreEvent(event: NewEvent): CoreEvent {
  const { metadata, action, reason, type, eventTime, series, related, reportingInstance } = event
  return present<CoreEvent>({
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: event.regarding ?? {},
    reason,
    message: event.note,
    source: event.deprecatedSource ?? {},
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    type,
    eventTime,
    series,
    action,
    related,
    reportingComponent: event.reportingController ?? '',
    reportingInstance: reportingInstance ?? '',
  })
}
