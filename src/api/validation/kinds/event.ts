/** Events: those of the core group are let through nearly as they are, new ones of `events.k8s.io` have to be complete
 *  and keep what they say. Source: kubernetes v1.34, pkg/apis/core/validation/events.go. */
import { dnsSubdomainProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { Event, EventsEvent } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'

const MAX_CHARACTERS = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const

/** An event of either group by the names of the core group; errors say those of the core group too. */
interface AnyEvent {
  namespace: string | undefined
  about: string
  eventTime: string | undefined
  reporter: { field: string; value: string }
  texts: Record<keyof typeof MAX_CHARACTERS, string>
}

export const eventRules: KindRules<Event> = {
  reportsMissing: true,
  validate: (event) =>
    validateEither({
      namespace: event.metadata.namespace,
      about: event.involvedObject?.namespace ?? '',
      eventTime: event.eventTime,
      reporter: { field: 'reportingComponent', value: event.reportingComponent ?? '' },
      texts: textsOf(event, event.message),
    }),
}

export const eventsEventRules: KindRules<EventsEvent> = {
  reportsMissing: true,
  validate: (event, old) => {
    const errors = validateEither({
      namespace: event.metadata.namespace,
      about: event.regarding?.namespace ?? '',
      eventTime: event.eventTime,
      reporter: { field: 'reportingController', value: event.reportingController ?? '' },
      texts: textsOf(event, event.note),
    })
    return old === undefined ? [...errors, ...validateNew(event)] : errors
  },
  validateUpdate: (event, old) => [
    ...(event.series !== undefined && immutable(event.series, old.series, '').length > 0 ? validateSeries(event) : []),
    ...FIXED.flatMap(([field, name]) =>
      immutable(event[field], old[field], name).length > 0
        ? [invalidValue(name, printed(event[field], name), 'field is immutable')]
        : [],
    ),
  ],
}

const FIXED = [
  ['regarding', 'involvedObject'],
  ['reason', 'reason'],
  ['note', 'message'],
  // Kubernetes looks at it twice.
  ['reason', 'reason'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingController', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
] as const satisfies readonly (readonly [keyof EventsEvent, string])[]

const REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  involvedObject: REFERENCE,
  related: REFERENCE,
  source: ['component', 'host'],
}

const TEXTS = new Set(['reason', 'message', 'type', 'action', 'reportingController', 'reportingInstance'])

/** Errors print objects by the names of Go's fields. */
function printed(value: unknown, name: string): unknown {
  const fields = PRINTED[name]
  if (fields === undefined) return value ?? (TEXTS.has(name) ? '' : name === 'count' ? 0 : null)
  if (value === undefined) return name === 'related' ? null : printed({}, name)
  const object = value as Record<string, unknown>
  const nameOf = (field: string) => (field === 'uid' ? 'UID' : field.replace(/^api/, 'API').replace(/^./, upperCase))
  return Object.fromEntries(fields.map((field) => [nameOf(field), object[field] ?? '']))
}

const upperCase = (letter: string) => letter.toUpperCase()

const textsOf = (event: Event | EventsEvent, message: string | undefined) => ({
  reportingInstance: event.reportingInstance ?? '',
  action: event.action ?? '',
  reason: event.reason ?? '',
  message: message ?? '',
})

function validateEither({ namespace, about, eventTime, reporter, texts }: AnyEvent): FieldError[] {
  const elsewhere = invalidValue('involvedObject.namespace', about, 'does not match event.namespace')
  const errors: FieldError[] = []
  if (!eventTime) {
    const fits = about === '' ? namespace === undefined || namespace === 'default' : namespace === about
    if (!fits) errors.push(elsewhere)
  } else {
    if (about === '' && namespace !== 'default' && namespace !== 'kube-system') errors.push(elsewhere)
    errors.push(...validateTexts(reporter, texts))
  }
  return namespace === undefined
    ? errors
    : [...errors, ...invalidFormat('namespace', namespace, dnsSubdomainProblems(namespace))]
}

function validateTexts({ field, value }: AnyEvent['reporter'], texts: AnyEvent['texts']): FieldError[] {
  const errors: FieldError[] = value === '' ? [required(field)] : []
  errors.push(...invalidFormat(field, value, qualifiedNameProblems(value)))
  for (const name of ['reportingInstance', 'action', 'reason', 'message'] as const) {
    const [text, max] = [texts[name], MAX_CHARACTERS[name]]
    if (text === '' && name !== 'message') errors.push(required(name))
    if (Buffer.byteLength(text) > max) errors.push(invalidValue(name, '', `can have at most ${max} characters`))
  }
  return errors
}

function validateNew(event: EventsEvent): FieldError[] {
  const errors = validateSeries(event)
  if (!event.eventTime) errors.push(required('eventTime'))
  const type = event.type ?? ''
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalidValue('type', '', `has invalid value: ${type}`))
  const { deprecatedSource: source } = event
  const set = {
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    source: source?.component || source?.host,
  }
  for (const [field, value] of Object.entries(set)) if (value) errors.push(invalidValue(field, '', 'needs to be unset'))
  return errors
}

function validateSeries({ series }: EventsEvent): FieldError[] {
  if (series === undefined) return []
  const errors: FieldError[] = []
  if ((series.count ?? 0) < 2) errors.push(invalidValue('series.count', '', 'should be at least 2'))
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'))
  return errors
}
