/** What the user decided (kept across restarts) and which ports this start uses. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { isAbsolute } from 'node:path'
import { hasErrno, writeFileAtomically } from '../lib/index.ts'
import { EngineFailure } from './failure.ts'

export interface Settings {
  /** Given with --runtime; left out: the best that the machine offers, looked at anew on each start. */
  runtime?: 'containerd' | 'process'
  /** Given with --port / --https-port / --api-port. */
  gatewayPort?: number
  securePort?: number
  apiPort?: number
  /** The audit policy, a file. Left out: nothing is audited. */
  auditPolicy?: string
  /** Ports that were free at the last start; taken again when they still are, so that URLs stay. */
  last?: Partial<Ports>
}

export interface Ports {
  api: number
  registry: number
  gateway: number
  /** The gateway's HTTPS. */
  secure: number
  kubelet: number
}

/** The saved settings with those of the environment (NARU_RUNTIME, NARU_GATEWAY_PORT, NARU_HTTPS_PORT,
 *  NARU_API_PORT, NARU_AUDIT_POLICY) over them. */
export async function loadSettings(path: string, env: NodeJS.ProcessEnv): Promise<Settings> {
  const settings = await readSettings(path)
  if (env.NARU_RUNTIME) {
    if (env.NARU_RUNTIME !== 'containerd' && env.NARU_RUNTIME !== 'process')
      throw new EngineFailure('internal', `there is no runtime "${env.NARU_RUNTIME}"`, 'Choose containerd or process.')
    settings.runtime = env.NARU_RUNTIME
  }
  if (env.NARU_GATEWAY_PORT) settings.gatewayPort = portFrom(env.NARU_GATEWAY_PORT)
  if (env.NARU_HTTPS_PORT) settings.securePort = portFrom(env.NARU_HTTPS_PORT)
  if (env.NARU_API_PORT) settings.apiPort = portFrom(env.NARU_API_PORT)
  if (env.NARU_AUDIT_POLICY !== undefined) setAuditPolicy(settings, env.NARU_AUDIT_POLICY)
  return settings
}

/** The choice is kept: an audit that ends with a restart is none. `off` ends it. */
function setAuditPolicy(settings: Settings, file: string): void {
  if (file === '' || file === 'off') delete settings.auditPolicy
  else if (isAbsolute(file)) settings.auditPolicy = file
  else
    throw new EngineFailure(
      'auditPolicy',
      `the audit policy ${JSON.stringify(file)} is not an absolute path`,
      'Give NARU_AUDIT_POLICY as an absolute path, or as off.',
    )
}

async function readSettings(path: string): Promise<Settings> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Settings
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return {}
    throw new EngineFailure(
      'internal',
      `the settings file ${path} cannot be read`,
      'Mend it or delete it; only chosen ports and the runtime are in it.',
      { cause: error },
    )
  }
}

export const saveSettings = (path: string, settings: Settings): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(settings, null, 2)}\n`)

function portFrom(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new EngineFailure('internal', `"${text}" is not a port`, 'Give a number from 1 to 65535.')
}

/** Ports to listen on. One that the user asked for must be free; the others move on to the next free one. `keep` are
 *  the ports that a living edge of ours already serves. */
export async function choosePorts(
  settings: Settings,
  options: { host: string; keep?: { gateway?: number | undefined; secure?: number | undefined } | undefined },
): Promise<Ports> {
  const { host, keep } = options
  const gateway =
    keep?.gateway ??
    (settings.gatewayPort === undefined
      ? await firstFree(host, 'the gateway', [settings.last?.gateway, 80, ...range(8080)])
      : await exactly(host, settings.gatewayPort, 'the gateway', '--port'))
  const secure =
    keep?.secure ??
    (settings.securePort === undefined
      ? await firstFree(host, 'HTTPS', [settings.last?.secure, 443, ...range(8443)])
      : await exactly(host, settings.securePort, 'HTTPS', '--https-port'))
  const api =
    settings.apiPort === undefined
      ? await firstFree(host, 'the API server', [settings.last?.api, ...range(6443)])
      : await exactly(host, settings.apiPort, 'the API server', '--api-port')
  const registry = await firstFree(host, 'the registry', [settings.last?.registry, ...range(5050)])
  const kubelet = await firstFree(ANY_HOST, 'the kubelet', [settings.last?.kubelet, ...range(10_250)])
  return { api, registry, gateway, secure, kubelet }
}

/** The kubelet is reached at whichever address the machine has; it says itself who may. */
const ANY_HOST = '0.0.0.0'

const range = (from: number) => Array.from({ length: 100 }, (_, n) => from + n)

async function exactly(host: string, port: number, who: string, flag: string): Promise<number> {
  const problem = await bindProblem(host, port)
  if (problem === undefined) return port
  const why = problem === 'EACCES' ? 'may not be bound by this user' : 'is in use by another program'
  throw new EngineFailure(
    'portTaken',
    `port ${port}, asked for ${who}, ${why}`,
    `Free it (ss -ltnp 'sport = :${port}' shows who has it) or choose another with naru up ${flag} N.`,
  )
}

async function firstFree(host: string, who: string, candidates: (number | undefined)[]): Promise<number> {
  for (const port of candidates) if (port !== undefined && (await bindProblem(host, port)) === undefined) return port
  throw new EngineFailure(
    'portTaken',
    `no port is free for ${who}: tried ${candidates.filter((port) => port !== undefined).join(', ')}`,
    'Free one of them.',
  )
}

/** The errno that keeps `port` from being bound, or undefined. */
function bindProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(hasErrno(error, 'EACCES') ? 'EACCES' : 'EADDRINUSE'))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
