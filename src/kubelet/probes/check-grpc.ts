/** The gRPC probe: asks `grpc.health.v1.Health/Check` of a container. Sources: Kubernetes v1.34, pkg/probe/grpc/grpc.go;
 *  github.com/grpc/grpc, doc/health-checking.md. */
import type { ServiceError } from '@grpc/grpc-js'
import type { ProbeOutcome } from './outcome.ts'

const METHOD = '/grpc.health.v1.Health/Check'
/** HealthCheckResponse.ServingStatus. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
const SERVING = 1
/** Field 1, a string: `service` of the request. */
const SERVICE_TAG = 0x0a
/** Field 1, a number: `status` of the response. */
const STATUS_TAG = 0x08

function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service)
  return name.length === 0 ? name : Buffer.concat([Buffer.of(SERVICE_TAG, ...varint(name.length)), name])
}

const varint = (number: number): number[] =>
  number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...varint(number >>> 7)]

const decodeResponse = (bytes: Buffer): number => (bytes[0] === STATUS_TAG ? (bytes[1] ?? 0) : 0)

export async function checkGrpc(
  address: { host: string; port: number },
  service: string,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const grpc = await import('@grpc/grpc-js')
  const where = address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
  const client = new grpc.Client(where, grpc.credentials.createInsecure(), {
    'grpc.primary_user_agent': 'kube-probe/1.34',
    'grpc.enable_http_proxy': 0,
    // A pod's address is soon another pod's: nothing is kept.
    'grpc.use_local_subchannel_pool': 1,
  })
  const deadline = Date.now() + timeoutMs
  const limit = `${timeoutMs / 1000}s`
  try {
    const connected = await new Promise<boolean>((resolve) =>
      client.waitForReady(deadline, (error) => resolve(error === undefined)),
    )
    if (!connected) {
      const message = `timeout: failed to connect service ${JSON.stringify(where)} within ${limit}: context deadline exceeded`
      return { success: false, message }
    }
    const status = await new Promise<number>((resolve, reject) => {
      const serialise = (name: string) => encodeRequest(name)
      client.makeUnaryRequest(METHOD, serialise, decodeResponse, service, { deadline }, (error, value) =>
        error === null ? resolve(value ?? 0) : reject(error),
      )
    })
    if (status === SERVING) return { success: true, message: 'service healthy' }
    const name = STATUSES[status] ?? String(status)
    return { success: false, message: `service unhealthy (responded with ${JSON.stringify(name)})` }
  } catch (error) {
    const { code, details, message } = error as ServiceError
    if (code === grpc.status.UNIMPLEMENTED) {
      const what = 'this server does not implement the grpc health protocol (grpc.health.v1.Health)'
      return { success: false, message: `error: ${what}: ${details}` }
    }
    if (code === grpc.status.DEADLINE_EXCEEDED)
      return { success: false, message: `timeout: health rpc did not complete within ${limit}` }
    const words = code === undefined ? message : `rpc error: code = ${codeName(grpc.status[code])} desc = ${details}`
    return { success: false, message: `error: health rpc probe failed: ${words}` }
  } finally {
    client.close()
  }
}

/** As Go writes a code: `NotFound` of `NOT_FOUND`. */
const codeName = (name = 'UNKNOWN') =>
  name
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('')
