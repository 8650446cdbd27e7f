/** The fields of a message: what protobuf calls by number and JSON by name. */
import type { ObjectSchema } from '../../api/machinery.ts'
import { protobufFields } from './generated/fields.ts'
import { schemaUnions } from './schema-unions.ts'
import { ProtobufError } from './wire.ts'

export interface MessageField {
  /** In JSON. Of an inlined message, whose fields JSON has in its owner: the name of its type. */
  name: string
  inlined: boolean
  /** Go writes a field that is no pointer whether or not it was set; JSON then leaves its zero out. */
  omitZero: boolean
}

/** By field number. */
export type MessageType = ReadonlyMap<number, MessageField>

const messageTypes: ReadonlyMap<string, MessageType> = new Map([
  ...Object.entries(protobufFields).map(([name, fields]) => [name, readFieldList(fields)] as const),
  ...Object.values(schemaUnions).map(({ schema, fields }) => [typeNameOf(schema), readFieldList(fields)] as const),
])

/** Throws ProtobufError for a type that has no protobuf form: those that are not Kubernetes' own. */
export function messageTypeNamed(name: string): MessageType {
  const type = messageTypes.get(name)
  if (type === undefined) throw new ProtobufError(`${name} has no protobuf form; send it as JSON`)
  return type
}

/** `core.v1.Pod` for `io.k8s.api.core.v1.Pod`. */
export function typeNameOf({ id }: ObjectSchema): string {
  return id.split('.').slice(-3).join('.')
}

/** `1?replicas 5:minReadySeconds 1@core.v1.ProbeHandler`: the form that tools/kubernetes/protobuf.ts writes. */
function readFieldList(text: string): MessageType {
  const fields = new Map<number, MessageField>()
  for (const [, number, mode, name = ''] of text.matchAll(/(\d+)([?:!@])(\S+)/g))
    fields.set(Number(number), { name, inlined: mode === '@', omitZero: mode === ':' })
  return fields
}
