/** What a client sees otherwise of one server than of the other. Pure. */
import type { Answer } from './connection.ts'

export interface Difference {
  /** `status`, `warnings[0]`, `body.spec.replicas`; a refusal's causes each have their own: `cause spec.replicas`. */
  path: string
  /** JSON; undefined: it is not there. */
  ours: string | undefined
  theirs: string | undefined
}

/** Both normalised. Nothing when a client cannot tell them apart. A Status whose causes differ is told by these: its
 *  message says the same again. */
export function differences(ours: Answer, theirs: Answer): Difference[] {
  const found: Difference[] = []
  if (ours.status !== theirs.status) return [...otherOutcome(ours, theirs)]
  const causes = [causesOf(ours.body), causesOf(theirs.body)] as const
  compareCauses(...causes, found)
  if (found.length > 0) compareValues('', withoutCauses(ours), withoutCauses(theirs), found)
  else compareValues('', ours, theirs, found)
  return found
}

/** One refused and the other did not, or not for the same: the two objects have nothing to compare. */
function* otherOutcome(ours: Answer, theirs: Answer): Generator<Difference> {
  const outcome = ({ status, body }: Answer) => {
    if (!isRecord(body) || body.kind !== 'Status') return String(status)
    const { reason, message } = body as { reason?: string; message?: string }
    return `${status} ${reason}: ${message}`
  }
  yield { path: 'status', ours: outcome(ours), theirs: outcome(theirs) }
}

interface Cause {
  reason?: string
  message?: string
  field?: string
}

interface Refusal extends Record<string, unknown> {
  details: Record<string, unknown> & { causes?: Cause[] }
}

function causesOf(body: unknown): readonly Cause[] {
  return isRefusal(body) ? (body.details.causes ?? []) : []
}

const isRefusal = (body: unknown): body is Refusal => isRecord(body) && body.kind === 'Status' && isRecord(body.details)

function withoutCauses(answer: Answer): Answer {
  if (!isRefusal(answer.body)) return answer
  const { message: _message, ...body } = answer.body
  return { ...answer, body: { ...body, details: { ...answer.body.details, causes: [] } } }
}

/** Whatever is in one list and not in the other; the order where nothing else differs. */
function compareCauses(ours: readonly Cause[], theirs: readonly Cause[], found: Difference[]): void {
  const rest = ours.map((cause) => JSON.stringify(cause))
  const missing: Cause[] = []
  for (const cause of theirs) {
    const at = rest.indexOf(JSON.stringify(cause))
    if (at === -1) missing.push(cause)
    else rest.splice(at, 1)
  }
  const surplus = rest.map((cause) => JSON.parse(cause) as Cause)
  for (const cause of missing) {
    const path = `cause ${cause.field}`
    const at = surplus.findIndex(({ field }) => field === cause.field)
    const [own] = at === -1 ? [undefined] : surplus.splice(at, 1)
    found.push({ path, ours: own && causeText(own), theirs: causeText(cause) })
  }
  for (const cause of surplus) found.push({ path: `cause ${cause.field}`, ours: causeText(cause), theirs: undefined })
  if (found.length > 0 || JSON.stringify(ours) === JSON.stringify(theirs)) return
  const order = (causes: readonly Cause[]) => causes.map(({ field }) => field).join(', ')
  found.push({ path: 'order of causes', ours: order(ours), theirs: order(theirs) })
}

const causeText = ({ reason, message }: Cause) => `${message} (${reason})`

function compareValues(path: string, ours: unknown, theirs: unknown, found: Difference[]): void {
  if (isRecord(ours) && isRecord(theirs)) {
    for (const name of new Set([...Object.keys(theirs), ...Object.keys(ours)]))
      compareValues(path === '' ? name : `${path}.${name}`, ours[name], theirs[name], found)
    return
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    for (const [n, item] of ours.entries()) compareValues(`${path}[${n}]`, item, theirs[n], found)
    return
  }
  const difference = { path, ours: JSON.stringify(ours), theirs: JSON.stringify(theirs) }
  if (difference.ours !== difference.theirs) found.push(difference)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
