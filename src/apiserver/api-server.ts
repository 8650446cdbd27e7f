/** Opens the Kubernetes API over a store: in this process only, or also on an HTTPS port. */
import { hostname } from 'node:os'
import { allResources, type Exchange, type UserInfo } from '../api/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import type { Store } from '../store/index.ts'
import { admissionOf } from './admission/admission.ts'
import { admissionPlugins } from './admission/plugins.ts'
import { type Aggregation, noAggregation } from './aggregation/aggregation.ts'
import { openFrontProxy } from './aggregation/front-proxy.ts'
import { openAggregation } from './aggregation/open-aggregation.ts'
import { openServiceAllocator } from './allocation/service-allocator.ts'
import type { NumberRange } from './allocation/number-pool.ts'
import { openAccessControl } from './auth/access-control.ts'
import { type AuditOptions, openAudit } from './audit/audit.ts'
import type { Authorize } from './auth/authorize.ts'
import { bootstrapKubernetesService, bootstrapNamespaces, bootstrapPriorityClasses } from './bootstrap/bootstrap.ts'
import { ensureRbacPolicy } from './bootstrap/ensure-policy.ts'
import { legacyClaims } from './auth/tokens/claims.ts'
import { openServiceAccountTokens } from './auth/tokens/open-tokens.ts'
import { makeSigningKey, openSigningKey, type SigningKey } from './auth/tokens/signing-key.ts'
import { openCertificateAuthority } from './certificates/authority.ts'
import type { KeyPair } from './certificates/issue.ts'
import { readSigningRequest, type RequestedSubject } from './certificates/signing-request.ts'
import { keepCertificateFresh } from './certificates/keep-fresh.ts'
import { openCustomResources } from './crd/index.ts'
import { VERSION } from './discovery/version.ts'
import { ListTexts } from './handlers/list-texts.ts'
import { WatchTexts } from './handlers/watch-texts.ts'
import { type HttpsFront, openHttpsFront } from './https/https-front.ts'
import { ensureFlowControl } from './flowcontrol/bootstrap.ts'
import { FlowControl } from './flowcontrol/flow-control.ts'
import { connectKubelets } from './kubelet/kubelet-connection.ts'
import { ApiMetrics } from './metrics/metrics.ts'
import { OpenApi } from './openapi/index.ts'
import { ResourceCatalog } from './routing/resource-catalog.ts'
import type { Backend } from './server/context.ts'
import { handle } from './server/pipeline.ts'
import { type Randomness, systemRandomness } from './server/randomness.ts'
import { StoreViews } from './server/store-view.ts'
import { StreamRegistry } from './server/stream-registry.ts'
import { findService, openWebhookClient } from './webhook-client/index.ts'

export interface InProcessApiServerOptions {
  store: Store
  logger: Logger
  clock: Clock
  /** Default: the system's. */
  randomness?: Randomness
  /** Where Services get their addresses from. Default `10.96.0.0/16`. */
  serviceCidr?: string
  /** Default 30000 to 32767. */
  nodePorts?: NumberRange
  /** Default: nodes their work, others what roles allow. Members of `system:masters` everything. */
  authorize?: Authorize
  /** Answers `GET /naru/backup`: a copy of the store, made when it is asked for. Default: not served. */
  backUp?: () => AsyncIterable<Uint8Array>
  /** What is noted of requests, and where. Default: nothing. */
  audit?: AuditOptions
  /** Answers `/containerLogs/…` for all nodes, in this process. Default: each node's kubelet over HTTPS. */
  kubelet?: Exchange
}

export interface ApiServerOptions extends InProcessApiServerOptions {
  /** Keeps the authority and the server's certificate; made when missing. */
  certificatesDir: string
  /** Address to listen on. */
  host: string
  /** 0: any free port. */
  port: number
  /** Where pods reach the server, behind the Service `kubernetes`. Default: `host`, unless that is a loopback or the
   *  unspecified address, which no pod can use. */
  advertiseAddress?: string
  /** Names and addresses in the server's certificate besides the usual ones. */
  extraHosts?: readonly string[]
}

export interface InProcessApiServer extends AsyncDisposable {
  /** The API for clients in this process, as this user. */
  exchangeAs(user: UserInfo): Exchange
  /** The API for requests that bring their own proof of whose they are: a bearer token. */
  exchange: Exchange
  /** A token that is good for as long as the Secret of that name holds it. */
  issueLegacyToken(account: { namespace: string; name: string; uid: string }, secretName: string): Promise<string>
}

export interface ApiServer extends InProcessApiServer {
  /** `https://127.0.0.1:6443` */
  url: string
  /** The authority that signed the server's certificate. */
  caPem: string
  /** Lets pods in at this address of the machine, on the same port, and leads the Service `kubernetes` there. Whoever is
   *  not on this machine or in that network is not let in. Throws an Error when it cannot listen there. */
  listenForPods(address: string): Promise<void>
  /** A certificate with which the API knows its bearer as this user in these groups. Valid for a year. */
  issueClientCertificate(subject: { user: string; groups: readonly string[] }): Promise<KeyPair>
  /** Reads and signs certificate signing requests (PEM). Throw an Error that says what is wrong with one. */
  certificates: {
    read(requestPem: string): Promise<RequestedSubject>
    sign(requestPem: string, options: { usages: readonly string[]; lifetimeMs: number }): Promise<string>
  }
  /** A certificate for a server of the cluster (a kubelet), kept under `name` beside the authority. */
  serverCertificate(name: string, hosts: readonly string[]): Promise<KeyPair>
}

/** The API without a socket. Objects that every cluster has are there when it resolves. */
export async function openInProcessApiServer(options: InProcessApiServerOptions): Promise<InProcessApiServer> {
  const kubelet = () => Promise.reject(new Error('this server was given no kubelet'))
  const backend = await openBackend(options, { kubelet, aggregation: noAggregation, signingKey: makeSigningKey() })
  await bootstrapKubernetesService(backend, undefined)
  return inProcess(backend)
}

/** The API on HTTPS and in this process. Throws CertificateError, and an Error when it cannot listen. */
export async function openApiServer(options: ApiServerOptions): Promise<ApiServer> {
  await using opening = new AsyncDisposableStack()
  const authority = await openCertificateAuthority(options.certificatesDir, options.clock)
  const kubelets = connectKubelets({
    store: options.store,
    caPem: authority.caPem,
    clientPair: () =>
      authority.clientPair('apiserver-kubelet-client', { user: 'kube-apiserver-kubelet-client', groups: [] }),
  })
  const aggregation = openAggregation({
    backend: () => backend,
    openFrontProxy: () => openFrontProxy(options.certificatesDir, options.clock),
    clientCaPem: authority.caPem,
  })
  const signingKey = await openSigningKey(options.certificatesDir)
  const backend: Backend = await openBackend(options, { kubelet: kubelets, aggregation, signingKey })
  opening.use(await inProcess(backend))
  opening.use(aggregation)
  const hosts = servedHosts(options, backend.services.kubernetesAddress)
  const pairNow = () => authority.serverPair('apiserver', hosts)
  const front = opening.use(
    await openHttpsFront({
      host: options.host,
      port: options.port,
      pair: await pairNow(),
      caPem: authority.caPem,
      logger: backend.logger,
      clock: options.clock,
      handle: (request, certificate) => handle(backend, request, { certificate }),
    }),
  )
  opening.use(
    keepCertificateFresh({
      clock: options.clock,
      logger: backend.logger,
      pairNow,
      use: (pair) => front.useCertificate(pair),
    }),
  )
  await bootstrapKubernetesService(backend, advertised(options, front))
  aggregation.start()
  // Streams end first, so that the front has nothing to wait for.
  opening.defer(() => backend.streams.stop())
  const opened = opening.move()
  return {
    url: `https://${urlHost(options.host)}:${front.port}`,
    caPem: authority.caPem,
    async listenForPods(address) {
      await front.listenAlso(address)
      await bootstrapKubernetesService(backend, { address, port: front.port })
    },
    issueClientCertificate: (subject) => authority.issueClient(subject),
    serverCertificate: (name, hosts) => authority.serverPair(name, hosts),
    certificates: { read: readSigningRequest, sign: (pem, asked) => authority.signRequest(pem, asked) },
    ...accessTo(backend),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function openBackend(
  options: InProcessApiServerOptions,
  parts: { kubelet: Backend['kubelet']; aggregation: Aggregation; signingKey: SigningKey },
): Promise<Backend> {
  const randomness = options.randomness ?? systemRandomness
  const { kubelet } = options
  const catalog = new ResourceCatalog(allResources)
  const views = await StoreViews.open(options.store)
  const access = await openAccessControl(options.store, views)
  const streams = new StreamRegistry()
  const flowControl = new FlowControl({ views, clock: options.clock })
  const logger = options.logger.child({ component: 'apiserver' })
  const audit = options.audit && (await openAudit(options.audit, { clock: options.clock, logger, randomness }))
  const backend: Backend = {
    store: options.store,
    clock: options.clock,
    logger,
    ...(audit && { audit }),
    randomness,
    catalog,
    openApi: new OpenApi({ catalog, kubernetesVersion: VERSION.gitVersion }),
    admission: admissionOf(admissionPlugins, () => backend),
    views,
    access,
    authorize: options.authorize ?? access.authorize,
    services: await openServiceAllocator({ ...options, randomness }),
    tokens: openServiceAccountTokens(() => backend, parts.signingKey, options),
    kubelet: kubelet ? () => Promise.resolve(kubelet) : parts.kubelet,
    aggregation: parts.aggregation,
    backUp: options.backUp,
    flowControl,
    metrics: new ApiMetrics({ store: options.store, streams, flowControl }),
    streams,
    watchTexts: new WatchTexts(),
    listTexts: new ListTexts(),
    webhooks: openWebhookClient({
      clock: options.clock,
      resolve: (service, port) => findService({ store: options.store, randomness }, service, port),
    }),
  }
  await bootstrapNamespaces(backend)
  await bootstrapPriorityClasses(backend)
  await ensureRbacPolicy(backend)
  await ensureFlowControl(backend)
  return backend
}

function accessTo(backend: Backend): Omit<InProcessApiServer, typeof Symbol.asyncDispose> {
  return {
    exchangeAs: (user) => (request) => handle(backend, request, { user }),
    exchange: (request) => handle(backend, request, { certificate: undefined }),
    issueLegacyToken: (account, secretName) => backend.tokens.sign(legacyClaims(account, secretName)),
  }
}

async function inProcess(backend: Backend): Promise<InProcessApiServer> {
  const customResources = await openCustomResources(backend)
  return {
    ...accessTo(backend),
    async [Symbol.asyncDispose]() {
      backend.streams.stop()
      await customResources[Symbol.asyncDispose]()
      backend.access[Symbol.dispose]()
      backend.views[Symbol.dispose]()
      await backend.webhooks[Symbol.asyncDispose]()
      await backend.audit?.[Symbol.asyncDispose]()
    },
  }
}

const UNSPECIFIED = new Set(['0.0.0.0', '::'])

/** The names the server's certificate is valid for. */
function servedHosts(options: ApiServerOptions, kubernetesAddress: string): string[] {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
  const hosts = [
    'localhost',
    '127.0.0.1',
    ...service,
    kubernetesAddress,
    hostname().toLowerCase(),
    ...(UNSPECIFIED.has(options.host) ? [] : [options.host]),
    ...(options.advertiseAddress === undefined ? [] : [options.advertiseAddress]),
    ...(options.extraHosts ?? []),
  ]
  return [...new Set(hosts)]
}

function advertised({ advertiseAddress, host }: ApiServerOptions, { port }: HttpsFront) {
  const reachable = !UNSPECIFIED.has(host) && !host.startsWith('127.') && host !== '::1'
  return { address: advertiseAddress ?? (reachable ? host : undefined), port }
}

function urlHost(host: string): string {
  if (UNSPECIFIED.has(host)) return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
