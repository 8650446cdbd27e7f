// The edge process: gateway and cluster DNS. Started by the engine with the path of an EdgeConfig; outlives it.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openClient, openHttpsExchange } from '../client/index.ts'
import { openGateway } from '../gateway/index.ts'
import {
  errorMessage,
  hasErrno,
  identifyProcess,
  invariant,
  openLogger,
  systemClock,
  writeFileAtomically,
} from '../lib/index.ts'
import { openDnsServer } from '../network/index.ts'
import { type EdgeConfig, type EdgeInfo, WARM } from './edge-process.ts'
import { untilSignal } from './until-signal.ts'
import { beginWithoutCompiler } from './without-compiler.ts'

const [configPath = ''] = process.argv.slice(2)
if (configPath === WARM) process.exit(0)
beginWithoutCompiler()

const logger = openLogger('info').child({ process: 'edge' })
const stop = untilSignal(logger)
const config = JSON.parse(await readFile(configPath, 'utf8')) as EdgeConfig

try {
  await using stack = new AsyncDisposableStack()
  const exchange = stack.use(openHttpsExchange(config.api))
  const client = openClient(exchange, { userAgent: 'naru-edge' })
  const common = { client, clock: systemClock, logger, signal: stop }
  const { accessLog, sourceAddress, secure } = config.gateway
  const gateway = stack.use(
    await openGateway({ ...common, listen: config.gateway, secure, accessLog: { path: accessLog }, sourceAddress }),
  )
  if (config.dns !== undefined) {
    const { address, port, clusterDomain, clusterIP } = config.dns
    stack.use(
      await openDnsServer({ ...common, listen: [{ address, port }], clusterDomain, selfAddresses: [clusterIP] }),
    )
  }
  const identity = identifyProcess(process.pid)
  invariant(identity !== undefined, 'a running process can identify itself')
  await writeFileAtomically(
    config.infoPath,
    JSON.stringify({
      ...identity,
      configHash: config.hash,
      gatewayPort: gateway.port,
      securePort: gateway.securePort,
    } satisfies EdgeInfo),
  )
  // It may have been told to stop while it started.
  if (!stop.aborted)
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
} catch (error) {
  if (!stop.aborted) {
    const { address, port } = error as { address?: string; port?: number }
    const message = hasErrno(error, 'EADDRINUSE')
      ? `${address}:${port}, which the gateway or the cluster's DNS listens on, was taken by another program meanwhile`
      : errorMessage(error)
    logger.error({ error: message }, 'edge cannot serve')
    await writeFileAtomically(join(dirname(config.infoPath), 'edge-failure.json'), JSON.stringify({ message }))
    process.exitCode = 1
  }
}
