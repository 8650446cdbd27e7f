/** Turns the message tables into the JSON descriptor that protobufjs loads. */
import { ENUMS, EVENTS_MESSAGES, EVENTS_PACKAGE, type Fields, MESSAGES, PACKAGE, SERVICES } from './messages.ts'

type Descriptor = Record<string, unknown>

const FIELD = /^(?:(repeated) )?(?:map<(\w+),(\w+)>|(\w+)) (\d+)$/

function field(text: string): Descriptor {
  const match = FIELD.exec(text)
  if (match === null) throw new Error(`not a field of a message: ${JSON.stringify(text)}`)
  const [, repeated, keyType, valueType, type, id] = match
  if (keyType !== undefined) return { keyType, type: valueType, id: Number(id) }
  return { type, id: Number(id), ...(repeated !== undefined && { rule: 'repeated' }) }
}

const message = (fields: Fields): Descriptor => ({
  fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, field(text)])),
})

const messages = (table: Readonly<Record<string, Fields>>): Descriptor =>
  Object.fromEntries(Object.entries(table).map(([name, fields]) => [name, message(fields)]))

const service = (methods: readonly string[]): Descriptor => ({
  methods: Object.fromEntries(
    methods.map((name) => [name, { requestType: `${name}Request`, responseType: `${name}Response` }]),
  ),
})

/** `a.b.c` as nested namespaces around `nested`. */
const inPackage = (path: string, nested: Descriptor): Descriptor =>
  path.split('.').reduceRight<Descriptor>((inner, name) => ({ [name]: { nested: inner } }), nested)

export function criDescriptor(): { nested: Descriptor } {
  const enums = Object.fromEntries(Object.entries(ENUMS).map(([name, values]) => [name, { values }]))
  const services = Object.fromEntries(Object.entries(SERVICES).map(([name, methods]) => [name, service(methods)]))
  const events = {
    Events: {
      methods: { Subscribe: { requestType: 'SubscribeRequest', responseType: 'Envelope', responseStream: true } },
    },
  }
  return {
    nested: {
      ...inPackage(PACKAGE, { ...enums, ...messages(MESSAGES), ...services }),
      ...inPackage(EVENTS_PACKAGE, { ...messages(EVENTS_MESSAGES), ...events }),
    },
  }
}
