/** This machine as the cluster's node: registry, container runtime, network, kubelet. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REGISTRY_HOST, type UserInfo } from '../api/index.ts'
import type { ApiServer } from '../apiserver/index.ts'
import type { Client } from '../client/index.ts'
import { openRegistry } from '../images/index.ts'
import {
  type Containerd,
  containerdPaths,
  type Kubelet,
  type KubeletPort,
  openContainerd,
  openKubelet,
  openProcessRuntime,
  readHostResolver,
  runLocalPathProvisioner,
  stopEverything,
} from '../kubelet/index.ts'
import {
  type Clock,
  errorMessage,
  hasErrno,
  type Logger,
  type Loop,
  type Paths,
  writeFileAtomically,
} from '../lib/index.ts'
import { ensureClusterDns, type Network, openNetwork } from '../network/index.ts'
import { CLUSTER_DNS_IP, CLUSTER_DOMAIN, KUBERNETES_SERVICE_IP, POD_CIDR } from './cluster-addresses.ts'
import { EngineFailure } from './failure.ts'
import type { EngineFiles } from './files.ts'
import { takeNodeLock } from './lock.ts'
import { identities } from './identities.ts'
import { registryGarbageLoop } from './registry-garbage.ts'
import type { Ports } from './settings.ts'

const REGISTRY_USER = 'naru'

export interface EngineNode extends AsyncDisposable {
  kubelet: Kubelet
  /** Absent on the process runtime, which uses the host's network as it is. */
  network: Network | undefined
  registryAddress: string
  loops: Loop[]
  /** Ends what still runs once the kubelet was shut down, and the runtime itself: `naru down`. */
  stop(): Promise<void>
}

export interface NodeOptions {
  runtime: 'containerd' | 'process'
  paths: Paths
  files: EngineFiles
  ports: Ports
  host: string
  nodeName: string
  clock: Clock
  logger: Logger
  clientAs: (user: UserInfo) => Client
  /** Of the cluster's authority. */
  certificates: Pick<ApiServer, 'caPem' | 'serverCertificate'>
}

export async function openNode(options: NodeOptions): Promise<EngineNode> {
  const { files, paths, clock, logger, nodeName, clientAs } = options
  await using opening = new AsyncDisposableStack()
  const registryDir = join(files.registryDir, 'data')
  const credentials = { username: REGISTRY_USER, password: await registryPassword(files.registryPassword) }
  const registry = opening.use(
    await openRegistry({
      dir: registryDir,
      listen: { host: options.host, port: options.ports.registry },
      credentials,
      clock,
      logger,
    }),
  )

  let network: Network | undefined
  let containerd: Containerd | undefined
  if (options.runtime === 'containerd') {
    opening.use(await takeNodeLock())
    network = opening.use(
      await openNetwork({
        client: clientAs(identities.serviceProxy),
        policyClient: clientAs(identities.networkPolicies),
        loadBalancerClient: clientAs(identities.controller('service-controller')),
        clock,
        logger,
        nodeName,
        stateDir: files.networkDir,
        netnsDir: containerdPaths(paths).netns,
      }),
    )
    containerd = opening.use(await startContainerd(options, registry.url, network))
    await stopDisplaced(network.displaced, containerd, logger)
    await ensureClusterDns(clientAs(identities.clusterDns), {
      clusterIP: CLUSTER_DNS_IP,
      address: network.bridgeAddress,
      nodeName,
    })
  }
  const runtime =
    containerd?.runtime ??
    (await openProcessRuntime({
      stateDir: paths.stateDir,
      registry: { host: REGISTRY_HOST, address: registry.url },
      clock,
      logger,
    }))
  const kubelet = opening.use(
    await openKubelet({
      client: clientAs(identities.kubelet(nodeName)),
      runtime,
      nodeName,
      podCidr: POD_CIDR,
      stateDir: join(paths.stateDir, 'kubelet'),
      credentials: async (host) => (host === REGISTRY_HOST ? credentials : undefined),
      server: kubeletPort(options),
      ...(network && { clusterDns: { servers: [CLUSTER_DNS_IP], domain: CLUSTER_DOMAIN, host: readHostResolver } }),
      // Without the network there are no Service addresses: programs are not told of one that leads nowhere.
      ...(network && { kubernetesService: { host: KUBERNETES_SERVICE_IP, port: 443 } }),
      clock,
      logger,
    }),
  )
  const loops: Loop[] = [
    {
      name: 'kubelet',
      run: async (signal) => {
        await Promise.race([network?.ready, new Promise((resolve) => signal.addEventListener('abort', resolve))])
        await kubelet.run({ signal })
      },
    },
    {
      name: 'local-path',
      run: (signal) =>
        runLocalPathProvisioner({
          client: clientAs(identities.localPath),
          nodeName,
          root: files.volumesDir,
          clock,
          logger,
          signal,
        }),
    },
    registryGarbageLoop({ client: clientAs(identities.registryGarbage), dir: registryDir, clock, logger }),
  ]
  if (containerd !== undefined) loops.push({ name: 'containerd', run: (signal) => containerd.run({ signal }) })
  const opened = opening.move()
  return {
    kubelet,
    network,
    registryAddress: new URL(registry.url).host,
    loops,
    async stop() {
      await stopEverything(runtime)
      await containerd?.stop()
      await network?.stop()
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** The certificate is what a signer of `kubernetes.io/kubelet-serving` would give. */
const kubeletPort = ({ ports, nodeName, certificates }: NodeOptions): KubeletPort => ({
  port: ports.kubelet,
  clientCaPem: certificates.caPem,
  certificate: (hosts) =>
    certificates.serverCertificate('kubelet', {
      commonName: `system:node:${nodeName}`,
      organizations: ['system:nodes'],
      hosts,
    }),
})

async function startContainerd(options: NodeOptions, registryUrl: string, network: Network): Promise<Containerd> {
  const { paths, clock, logger } = options
  try {
    return await openContainerd({
      stateDir: paths.stateDir,
      runDir: paths.runDir,
      cni: { binDirs: [network.cniBinDir ?? '/opt/cni/bin'], confDir: network.cniConfDir },
      sandboxNetworks: network.sandboxes,
      registry: { host: REGISTRY_HOST, address: registryUrl },
      clock,
      logger,
    })
  } catch (cause) {
    throw new EngineFailure(
      'containerdFailed',
      `containerd does not start: ${errorMessage(cause)}`,
      'naru doctor says what the machine lacks; naru up --runtime process runs without containers.',
      { cause },
    )
  }
}

/** The kubelet makes their pods anew. */
async function stopDisplaced(sandboxes: readonly string[], { runtime }: Containerd, logger: Logger): Promise<void> {
  for (const sandbox of sandboxes)
    try {
      await runtime.stopSandbox(sandbox)
      logger.warn(
        { sandbox },
        "a pod had the gateway's address, as earlier versions gave it: it starts anew with another",
      )
    } catch (error) {
      logger.error(
        { sandbox, error: errorMessage(error) },
        "a pod has the gateway's address and cannot be stopped: what it sends passes NetworkPolicies until it is deleted",
      )
    }
}

/** Made once; readable by the engine's user alone. The CLI, run by that user, pushes with it. */
async function registryPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error
  }
  const password = randomBytes(24).toString('base64url')
  await writeFileAtomically(path, `${password}\n`)
  return password
}
