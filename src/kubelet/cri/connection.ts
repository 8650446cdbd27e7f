/** The gRPC connection to a CRI runtime: one typed `call` for every method, failures as RuntimeError. */
import { RuntimeError, type RuntimeErrorReason } from '../errors.ts'
import { criDescriptor } from './descriptor.ts'
import { EVENTS_PACKAGE, PACKAGE, SERVICES } from './messages.ts'
import type { CriCalls } from './types.ts'

export interface CriConnection extends AsyncDisposable {
  call: <M extends keyof CriCalls>(
    method: M,
    request: CriCalls[M][0],
    options?: { timeoutMs?: number; signal?: AbortSignal },
  ) => Promise<CriCalls[M][1]>
  /** Calls `heard` for each event of how a task ends: exit, out of memory, and delete, after which CRI's record follows. Not
   *  of starts: nobody else asks for them. Resolves when the stream ends, for whatever reason; a runtime without
   *  containerd's event service ends it at once. */
  subscribe: (heard: (topic: string) => void, signal: AbortSignal) => Promise<void>
}

/** What gRPC's status codes mean here. Source: google.golang.org/grpc/codes. */
const REASONS: Record<number, RuntimeErrorReason> = {
  4: 'Timeout',
  5: 'NotFound',
  14: 'Unavailable',
  16: 'Unauthorized',
}

const DEFAULT_TIMEOUT_MS = 120_000
/** Whole images' lists and long outputs of exec fit in here. */
const MAX_MESSAGE_BYTES = 16 << 20

/** Connects lazily: resolves at once, the first call waits for the socket. gRPC is loaded only here, when needed. */
export async function openCriConnection(socketPath: string): Promise<CriConnection> {
  const [grpc, loader] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')])
  const definition = loader.fromJSON(criDescriptor() as Parameters<typeof loader.fromJSON>[0], {
    longs: Number,
    enums: String,
    defaults: true,
  })
  const client = new grpc.Client(`unix:${socketPath}`, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.min_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 1_000,
  })

  interface Method {
    path: string
    requestSerialize: (message: unknown) => Buffer
    responseDeserialize: (bytes: Buffer) => unknown
  }
  const methods = new Map<string, Method>()
  for (const name of Object.keys(SERVICES)) {
    const service = definition[`${PACKAGE}.${name}`] as unknown as Record<string, Method>
    for (const [method, value] of Object.entries(service)) methods.set(method, value)
  }
  const { Subscribe: subscribeMethod } = definition[`${EVENTS_PACKAGE}.Events`] as unknown as { Subscribe: Method }

  return {
    call: (method, request, options = {}) =>
      new Promise((resolve, reject) => {
        const definitionOfMethod = methods.get(method) as Method
        const { signal } = options
        if (signal?.aborted) return reject(new RuntimeError('Timeout', `${method}: given up before it began`))
        const deadline = Date.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
        const cancel = () => call.cancel()
        const call = client.makeUnaryRequest<unknown, unknown>(
          definitionOfMethod.path,
          definitionOfMethod.requestSerialize,
          definitionOfMethod.responseDeserialize,
          request,
          new grpc.Metadata({ waitForReady: false }),
          { deadline },
          (error, response) => {
            signal?.removeEventListener('abort', cancel)
            if (error === null) return resolve(response as never)
            const reason = REASONS[error.code] ?? 'Failed'
            // Its stack tells nothing and its text is ours already: no cause.
            reject(new RuntimeError(reason, error.details || error.message))
          },
        )
        signal?.addEventListener('abort', cancel, { once: true })
      }),

    subscribe: (heard, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const stream = client.makeServerStreamRequest(
          subscribeMethod.path,
          subscribeMethod.requestSerialize,
          subscribeMethod.responseDeserialize,
          { filters: ['topic~="^/tasks/(exit|delete|oom)$"'] },
        )
        const cancel = () => stream.cancel()
        signal.addEventListener('abort', cancel, { once: true })
        const done = () => {
          signal.removeEventListener('abort', cancel)
          resolve()
        }
        stream.on('data', (envelope: { topic: string }) => heard(envelope.topic))
        stream.once('error', done)
        stream.once('end', done)
      }),

    [Symbol.asyncDispose]: async () => client.close(),
  }
}
