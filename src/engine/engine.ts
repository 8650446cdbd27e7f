/** The embedded cluster, put together: what starts in which order, and what stops in which.
 *
 *  Start: lock → settings → ports → control plane → runtime → node and edge side by side → engine.json.
 *  Stop:  engine.json → pods → loops drain → edge → runtime → node → control plane → lock. */
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import type { Exchange, UserInfo } from '../api/index.ts'
import type { ApiServer } from '../apiserver/index.ts'
import { openHostAuthority } from '../certificates/index.ts'
import { choosePreferredRuntime, inspectHost } from '../host/index.ts'
import {
  type Clock,
  identifyProcess,
  invariant,
  type Logger,
  type Paths,
  type ProcessIdentity,
  superviseLoops,
} from '../lib/index.ts'
import { auditOptions } from './audit.ts'
import { CLUSTER_DNS_IP, CLUSTER_DOMAIN } from './cluster-addresses.ts'
import { openControlPlane } from './control-plane.ts'
import { type ApiConnection, type EdgeWish, ensureEdge, keepEdge, livingEdge, stopEdge } from './edge-process.ts'
import { removeEngineInfo, writeEngineInfo } from './engine-info.ts'
import { EngineFailure } from './failure.ts'
import { type EngineFiles, engineFiles } from './files.ts'
import { identities } from './identities.ts'
import { writeAdminKubeconfig } from './kubeconfig.ts'
import { takeLock } from './lock.ts'
import { LoopHealth } from './loop-health.ts'
import type { EngineNode } from './node.ts'
import { choosePorts, loadSettings, saveSettings, type Settings } from './settings.ts'
import { forgetShutdown, shutDownNode } from './shut-down-node.ts'

/** Everything listens on loopback: exposing apps to a network is the user's decision, not a default. */
const HOST = '127.0.0.1'

export interface EngineOptions {
  paths: Paths
  env: NodeJS.ProcessEnv
  clock: Clock
  logger: Logger
  /** Aborting it is `naru down`: everything stops, data stays. */
  signal: AbortSignal
  /** Aborting it after that ends pods without the rest of their time. */
  hurry: AbortSignal
}

/** Resolves when everything has stopped after `signal` aborted. Throws EngineFailure when it cannot start: what this
 *  process opened is closed then, while a containerd or an edge that already runs is left to the next start, since there
 *  may be apps behind it. */
export async function runEngine(options: EngineOptions): Promise<void> {
  const { paths, clock, logger, signal } = options
  const files = engineFiles(paths)
  await mkdir(paths.stateDir, { recursive: true, mode: 0o711 })
  await mkdir(paths.runDir, { recursive: true, mode: 0o711 })
  await using stack = new AsyncDisposableStack()
  stack.use(await takeLock(files.lock))
  await removeEngineInfo(files)
  await forgetShutdown(files)

  const settings = await loadSettings(files.settings, options.env)
  const audit = await auditOptions(settings, files)
  const living = await livingEdge(files)
  const keep = living && { gateway: living.gatewayPort, secure: living.securePort }
  const ports = await choosePorts(settings, { host: HOST, keep })
  await saveSettings(files.settings, { ...settings, last: ports })

  const nodeName = hostname().toLowerCase()
  const health = new LoopHealth()
  // The API server asks the kubelet for logs, and is there before it.
  let node: EngineNode | undefined
  const kubelet: Exchange = (request) =>
    node === undefined ? Promise.reject(new Error('the kubelet is still starting')) : node.kubelet.exchange(request)
  const plane = stack.use(
    await openControlPlane({
      files,
      ports,
      host: HOST,
      hostname: nodeName,
      clock,
      logger,
      kubelet,
      audit,
      components: {
        'controller-manager': () => health.of('controllers'),
        scheduler: () => health.of('scheduler'),
      },
    }),
  )
  const { server } = plane
  await writeAdminKubeconfig(files.adminKubeconfig, await connectionAs(server, identities.admin))
  logger.info({ url: server.url, sinceStartMs: Math.round(process.uptime() * 1000) }, 'API server ready')

  const running = new AbortController()
  // Only now: the API answers before the rest of the programs is even read, and the machine looked at.
  const [{ runtime, reasons }, { controlLoops }, { openNode }] = await Promise.all([
    chooseRuntime(settings, paths),
    import('./control-loops.ts'),
    import('./node.ts'),
  ])
  const loops = superviseLoops(
    controlLoops({ plane, gateway: { host: HOST, port: ports.gateway, securePort: ports.secure }, clock, logger }),
    {
      signal: running.signal,
      clock,
      logger,
      observer: health,
    },
  )
  stack.defer(async () => {
    running.abort()
    await loops
  })
  node = stack.use(
    await openNode({
      runtime,
      paths,
      files,
      ports,
      host: HOST,
      nodeName,
      clock,
      logger,
      clientAs: plane.clientAs,
      certificates: server,
    }),
  )
  if (node.network !== undefined) await server.listenForPods(node.network.bridgeAddress)
  const authority = await openHostAuthority(files.hostAuthority, clock)
  const secure = { port: ports.secure, authority }
  const edge = await edgeWish({ server, node, files, port: ports.gateway, secure })
  const edgeOptions = { files, clock, logger }
  await ensureEdge(edge, edgeOptions)
  const nodeLoops = superviseLoops(
    [...node.loops, { name: 'edge', run: (loopSignal) => keepEdge(edge, { ...edgeOptions, signal: loopSignal }) }],
    { signal: running.signal, clock, logger },
  )

  const gateway = {
    host: HOST,
    port: ports.gateway,
    url: `http://localhost${ports.gateway === 80 ? '' : `:${ports.gateway}`}`,
    secureUrl: `https://localhost${ports.secure === 443 ? '' : `:${ports.secure}`}`,
  }
  await writeEngineInfo(files, {
    ...ownIdentity(),
    version: packageJson.version,
    apiUrl: server.url,
    context: 'naru',
    runtime,
    isolation: runtime === 'containerd' ? 'containers' : 'none',
    runtimeReasons: reasons,
    gateway,
    registry: { address: node.registryAddress },
    startedAt: new Date(clock.now()).toISOString(),
  })
  logger.info({ runtime, sinceStartMs: Math.round(process.uptime() * 1000) }, 'engine ready')

  await aborted(signal)
  logger.info({}, 'engine stops')
  await removeEngineInfo(files)
  // While all else goes on: pods on their way out may need each other, and traffic is to go elsewhere.
  const client = plane.clientAs(identities.serviceProxy)
  await shutDownNode({ kubelet: node.kubelet, files, client, clock, logger, hurry: options.hurry })
  running.abort()
  await Promise.all([loops, nodeLoops])
  await stopEdge(edgeOptions)
  await node.stop()
}

/** How a process outside the engine reaches the API as `user`. */
async function connectionAs(server: ApiServer, user: UserInfo): Promise<ApiConnection> {
  // Whoever has a certificate is authenticated; that needs not be written in it.
  const groups = user.groups.filter((group) => group !== 'system:authenticated')
  const pair = await server.issueClientCertificate({ user: user.name, groups })
  return { server: server.url, caPem: server.caPem, ...pair }
}

async function edgeWish(options: {
  server: ApiServer
  node: EngineNode
  files: EngineFiles
  port: number
  secure: EdgeWish['gateway']['secure']
}): Promise<EdgeWish> {
  const { server, node, files, port, secure } = options
  return {
    api: await connectionAs(server, identities.edge),
    gateway: {
      host: HOST,
      port,
      secure,
      accessLog: join(files.logs, 'access.log'),
      sourceAddress: node.network?.gatewayAddress,
    },
    ...(node.network && {
      dns: { address: node.network.bridgeAddress, port: 53, clusterDomain: CLUSTER_DOMAIN, clusterIP: CLUSTER_DNS_IP },
    }),
  }
}

function ownIdentity(): ProcessIdentity {
  const identity = identifyProcess(process.pid)
  invariant(identity !== undefined, 'a running process can identify itself')
  return identity
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

async function chooseRuntime(
  settings: Settings,
  paths: Paths,
): Promise<{ runtime: 'containerd' | 'process'; reasons: string[] }> {
  if (settings.runtime === 'process') return { runtime: 'process', reasons: ['it was chosen with --runtime process'] }
  const choice = choosePreferredRuntime(await inspectHost({ versions: false, stateDir: paths.stateDir }))
  if (settings.runtime === 'containerd' && choice.runtime !== 'containerd')
    throw new EngineFailure(
      'runtimeMissing',
      `the runtime containerd was asked for, but ${choice.reasons.join(', ')}`,
      'Install what is missing with naru doctor --fix (as root), or use naru up --runtime process.',
    )
  return choice
}
