/** One probe of a container, done once. The words of failures are the kubelet's (Kubernetes v1.34, pkg/probe). */
import { connect } from 'node:net'
import type { k8s } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { isRuntimeError } from '../errors.ts'
import { expand } from '../pod/expand.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import type { ProbeOutcome } from './outcome.ts'

export interface CheckTarget {
  runtime: ContainerRuntime
  containerId: string
  container: k8s.Container
  /** Turns a port of the pod into where it can be reached from here. */
  dial(port: number): { host: string; port: number }
}

const BODY_LIMIT = 10 * 1024

/** Why no look can be taken. */
class NoLook extends Error {}

function portOf(container: k8s.Container, port: number | string): number {
  if (typeof port === 'number') return port
  const named = container.ports?.find(({ name }) => name === port)?.containerPort
  const value = named ?? Number(port)
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new NoLook(`couldn't find port: ${port}`)
  return value
}

/** Never rejects. */
export async function checkProbe(probe: k8s.Probe, target: CheckTarget): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  try {
    if (probe.exec) return await checkExec(expanded(probe.exec.command, target.container), target, timeoutMs)
    if (probe.httpGet) return await checkHttp(probe.httpGet, target, timeoutMs)
    if (probe.tcpSocket) return await checkTcp(probe.tcpSocket, target, timeoutMs)
    if (probe.grpc) {
      const { checkGrpc } = await import('./check-grpc.ts')
      return await checkGrpc(target.dial(probe.grpc.port), probe.grpc.service ?? '', timeoutMs)
    }
    throw new NoLook(`missing probe handler for ${target.container.name}`)
  } catch (error) {
    return { success: false, message: errorMessage(error), ...(error instanceof NoLook && { errored: true }) }
  }
}

/** `$(NAME)` in a probe's command: of variables whose values the spec itself has. */
function expanded(command: readonly string[] = [], { env = [] }: k8s.Container): string[] {
  const values = new Map(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])))
  return command.map((part) => expand(part, values))
}

async function checkExec(command: string[], target: CheckTarget, timeoutMs: number): Promise<ProbeOutcome> {
  try {
    const { exitCode, stdout, stderr } = await target.runtime.exec(target.containerId, command, timeoutMs)
    return { success: exitCode === 0, message: `${stdout}${stderr}`.slice(0, BODY_LIMIT) }
  } catch (error) {
    if (isRuntimeError(error, 'Timeout'))
      return {
        success: false,
        message: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`,
      }
    // The runtime is not there, or has no such command.
    throw new NoLook(errorMessage(error), { cause: error })
  }
}

function checkTcp(action: k8s.TCPSocketAction, target: CheckTarget, timeoutMs: number): Promise<ProbeOutcome> {
  const port = portOf(target.container, action.port)
  const address = action.host ? { host: action.host, port } : target.dial(port)
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: timeoutMs })
    const settle = (success: boolean, message: string) => {
      socket.destroy()
      resolve({ success, message })
    }
    const where = `${address.host}:${address.port}`
    socket.once('connect', () => settle(true, ''))
    socket.once('timeout', () => settle(false, `dial tcp ${where}: i/o timeout`))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      settle(
        false,
        `dial tcp ${where}: ${error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message}`,
      ),
    )
  })
}

export interface HttpAnswer {
  status: number
  body: string
  location: string | undefined
  /** What was asked. */
  url: string
}

/** GET of one path. Certificates are not checked, redirects to elsewhere not followed, as in Kubernetes. */
export async function httpGet(
  action: k8s.HTTPGetAction,
  target: Pick<CheckTarget, 'container' | 'dial'>,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const port = portOf(target.container, action.port)
  const address = action.host ? { host: action.host, port } : target.dial(port)
  const secure = action.scheme === 'HTTPS'
  const { request } = secure ? await import('node:https') : await import('node:http')
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.34', accept: '*/*' }
  for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value
  const scheme = secure ? 'https' : 'http'
  const url = `${scheme}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}${action.path ?? '/'}`
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...address,
        path: action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`,
        headers,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        ...(secure && { rejectUnauthorized: false }),
      },
      (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          body += chunk
          if (body.length > BODY_LIMIT) response.destroy()
        })
        const { statusCode: status = 0, headers: answered } = response
        const settle = () => resolve({ status, body: body.slice(0, BODY_LIMIT), location: answered.location, url })
        response.once('close', settle)
        response.once('error', settle)
      },
    )
    call.once('error', (error: NodeJS.ErrnoException) => {
      const refused = `dial tcp ${address.host}:${address.port}: connect: connection refused`
      const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      const why =
        error.code === 'ECONNREFUSED'
          ? refused
          : error.name === 'AbortError' || error.name === 'TimeoutError'
            ? late
            : error.message
      reject(new Error(`Get "${url}": ${why}`, { cause: error }))
    })
    call.end()
  })
}

const MOST_REDIRECTS = 10

/** Goes where it is sent to on the same host; being sent to another is a success that is said. */
async function checkHttp(action: k8s.HTTPGetAction, target: CheckTarget, timeoutMs: number): Promise<ProbeOutcome> {
  let next = action
  for (let redirects = 0; redirects < MOST_REDIRECTS; redirects += 1) {
    const { status, body, location, url } = await httpGet(next, target, timeoutMs)
    if (status >= 400 || status < 200)
      return { success: false, message: `HTTP probe failed with statuscode: ${status}` }
    if (status < 300) return { success: true, message: body }
    const to = location === undefined ? undefined : new URL(location, url)
    if (to === undefined || to.hostname !== new URL(url).hostname)
      return { success: true, warning: true, message: `Probe terminated redirects, Response body: ${body}` }
    const secure = to.protocol === 'https:'
    next = {
      ...action,
      scheme: secure ? 'HTTPS' : 'HTTP',
      host: to.hostname,
      port: Number(to.port || (secure ? 443 : 80)),
      path: `${to.pathname}${to.search}`,
    }
  }
  return { success: false, message: `stopped after ${MOST_REDIRECTS} redirects` }
}
