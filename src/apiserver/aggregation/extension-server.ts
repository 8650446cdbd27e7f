/** One request to an extension API server behind a Service.
 *  Source: k8s.io/kube-aggregator v0.34, pkg/apiserver (handler_proxy.go). */
import { request as httpsRequest } from 'node:https'
import type { ApiRequest, ApiResponse, k8s, UserInfo } from '../../api/index.ts'
import type { Backend } from '../server/context.ts'
import { findService } from '../webhook-client/index.ts'
import { type FrontProxy, userHeaders } from './front-proxy.ts'

const HTTPS_PORT = 443
/** What is passed on of a request's headers; the rest is about the connection, or about who sends it. */
const PASSED = ['accept', 'content-type', 'user-agent', 'if-none-match', 'x-kubernetes-request-id', 'audit-id']

/** Rejects with the system's error when the server cannot be reached, and with an Error that says why there is no
 *  address to reach it at. */
export async function askExtensionServer(
  backend: Backend,
  spec: k8s.APIServiceSpec,
  { request, user, frontProxy }: { request: ApiRequest; user: UserInfo; frontProxy: FrontProxy },
): Promise<ApiResponse> {
  const { name = '', namespace = '', port = HTTPS_PORT } = spec.service ?? {}
  const address = await findService(backend, { name, namespace }, port)
  const pair = await frontProxy.clientPair()
  const passed = PASSED.flatMap((header) => {
    const value = request.headers[header]
    return value === undefined ? [] : [[header, value] as const]
  })
  const body = Buffer.from(request.body)
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      host: address.host,
      port: address.port,
      path: request.url,
      method: request.method,
      servername: `${name}.${namespace}.svc`,
      headers: {
        ...Object.fromEntries(passed),
        ...userHeaders(user),
        host: `${name}.${namespace}.svc`,
        ...(body.length > 0 && { 'content-length': body.length }),
      },
      ...(spec.caBundle && { ca: Buffer.from(spec.caBundle, 'base64') }),
      rejectUnauthorized: spec.insecureSkipTLSVerify !== true,
      cert: pair.certPem,
      key: pair.keyPem,
      agent: false,
      signal: request.signal,
    })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      const type = incoming.headers['content-type']
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      for (const name of ['etag', 'warning', 'retry-after', 'cache-control']) {
        const value = incoming.headers[name]
        if (typeof value === 'string') headers[name] = value
      }
      resolve({ status: incoming.statusCode ?? 502, headers, body: incoming })
    })
    outgoing.end(body)
  })
}
