/** `application/vnd.kubernetes.protobuf`: four magic bytes and a `runtime.Unknown` that names the kind of what it holds.
 *  Go clients, kubectl's `create` among them, send their requests so, and read JSON answers.
 *  Source: "Kubernetes Protobuf encoding", Kubernetes API concepts, v1.34. */
import { decodeMessage } from './decode-message.ts'
import { findKindSchema } from './kind-schema.ts'
import { textOf } from './scalars.ts'
import { type Bytes, bytesOf, isEmpty, NO_BYTES, ProtobufError, readFields } from './wire.ts'

const MAGIC = [0x6b, 0x38, 0x73, 0x00]

/** The enclosed object as JSON values. Throws ProtobufError, and ApiError `BadRequest` where a JSON document inside is too
 *  deep. */
export function decodeProtobuf(body: Uint8Array): Record<string, unknown> {
  if (!MAGIC.every((byte, i) => body[i] === byte)) throw new ProtobufError('it does not start with the bytes "k8s\\0"')
  let apiVersion = ''
  let kind = ''
  let raw = NO_BYTES
  for (const { number, value } of readFields({ source: body, start: MAGIC.length, end: body.length }))
    if (number === 1) [apiVersion, kind] = typeMeta(bytesOf(value))
    else if (number === 2) raw = bytesOf(value)
    else if (number === 3 && !isEmpty(bytesOf(value))) throw new ProtobufError('its content is encoded once more')
  const schema = findKindSchema(apiVersion, kind)
  if (schema === undefined)
    throw new ProtobufError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`)
  return { apiVersion, kind, ...decodeMessage(raw, schema) }
}

function typeMeta(message: Bytes): [apiVersion: string, kind: string] {
  let apiVersion = ''
  let kind = ''
  for (const { number, value } of readFields(message))
    if (number === 1) apiVersion = textOf(value)
    else if (number === 2) kind = textOf(value)
  return [apiVersion, kind]
}
