/** What the bytes of a request body say, as text: the rest of the server reads JSON and YAML only. */
import { isUtf8 } from 'node:buffer'
import { apiError } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { parseMediaType } from '../server/media-types.ts'

const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'
const ACCEPTED = `accepted media types include: application/json, application/yaml, ${PROTOBUF_TYPE}`

/** Whether a body of this Content-Type becomes JSON here. */
export function isProtobuf(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && /protobuf/i.test(contentType) && parseMediaType(contentType).type === PROTOBUF_TYPE
  )
}

/** Protobuf comes out as the JSON it stands for. Throws ApiError `BadRequest` (text that is not UTF-8, no protobuf),
 *  `UnsupportedMediaType` (bytes of another format: clients that try CBOR go on with JSON after that). */
export async function bodyText(bytes: Uint8Array, contentType: string | undefined): Promise<string> {
  if (bytes.length === 0) return ''
  if (isProtobuf(contentType)) return protobufAsJson(bytes)
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (contentType === undefined || /json|yaml|^text\//.test(parseMediaType(contentType).type))
    throw apiError('BadRequest', 'the body of the request is not valid UTF-8')
  throw apiError('UnsupportedMediaType', `the body of the request was in an unknown format - ${ACCEPTED}`)
}

/** When the first Go client comes: the field numbers of all types are not small. */
const loadProtobuf = () => import('../protobuf/index.ts')

async function protobufAsJson(bytes: Uint8Array): Promise<string> {
  const { decodeProtobuf, ProtobufError } = await loadProtobuf()
  try {
    return JSON.stringify(decodeProtobuf(bytes))
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error
    throw apiError('BadRequest', `the body of the request is no Kubernetes protobuf: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}
