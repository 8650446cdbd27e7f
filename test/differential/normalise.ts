/** Takes out of an answer what two servers never have in common: identities, versions, times, allocated addresses. Pure. */
import type { Answer } from './connection.ts'

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const CERTIFICATE = /\bX509SHA256=[0-9a-f]{64}\b/g
const RANDOM_VOLUME = /\bkube-api-access-[a-z0-9]{5}\b/g
/** A refused change as a difference of Go structs, or as the names of fields. */
const GO_DIFFERENCE = /\n(?:@@ [\s\S]*|changed: [\w., [\]]*)/
const RECENT_MS = 3_600_000

/** Fields whose values are the server's own, by their name and the name of what holds them. */
const ALLOCATED: Readonly<Record<string, readonly string[]>> = {
  metadata: ['resourceVersion', 'continue', 'selfLink'],
  spec: ['clusterIP', 'clusterIPs', 'healthCheckNodePort'],
  ports: ['nodePort'],
}

/** Addresses and ports of Services are told by whether they are there. */
export function normalise(answer: Answer, { nowMs }: { nowMs: number }): Answer {
  return { ...answer, body: normaliseValue(answer.body, { nowMs, holder: '' }) }
}

interface Place {
  nowMs: number
  /** The name of the field that holds the value; lists hand their own on. */
  holder: string
}

function normaliseValue(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return normaliseText(value, place.nowMs)
  if (Array.isArray(value)) return value.map((item) => normaliseValue(item, place))
  if (typeof value !== 'object' || value === null) return value
  const allocated = ALLOCATED[place.holder] ?? []
  const { generateName, name: generated } = value as { generateName?: unknown; name?: unknown }
  const isGenerated = typeof generateName === 'string' && generateName !== '' && typeof generated === 'string'
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isGenerated && name === 'name' && place.holder === 'metadata'
        ? `${generateName}<random>`
        : allocated.includes(name)
          ? allocatedForm(inner)
          : normaliseValue(inner, { ...place, holder: name }),
    ]),
  )
}

function allocatedForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(allocatedForm)
  return value === '' || value === 'None' || value === 0 ? value : `<${typeof value}>`
}

function normaliseText(text: string, nowMs: number): string {
  if (TIME.test(text) && Math.abs(Date.parse(text) - nowMs) < RECENT_MS) return '<now>'
  return text
    .replaceAll(UID, '<uid>')
    .replaceAll(CERTIFICATE, 'X509SHA256=<hash>')
    .replaceAll(RANDOM_VOLUME, 'kube-api-access-<random>')
    .replace(GO_DIFFERENCE, '')
}
