/** Opens the Kubernetes API over a store: in this process only, or also on an HTTPS port. */
import { type Exchange, type UserInfo } from '../api/index.ts'
import { noAggregation } from './aggregation/aggregation.ts'
import { openFrontProxy } from './aggregation/front-proxy.ts'
import { openAggregation } from './aggregation/open-aggregation.ts'
import { bootstrapKubernetesService } from './bootstrap/bootstrap.ts'
import { legacyClaims } from './auth/tokens/claims.ts'
import { makeSigningKey, openSigningKey } from './auth/tokens/signing-key.ts'
import { openCertificateAuthority, type ServerSubject } from './certificates/authority.ts'
import type { KeyPair } from '../certificates/index.ts'
import { readSigningRequest, type RequestedSubject } from './certificates/signing-request.ts'
import { keepCertificateFresh } from './certificates/keep-fresh.ts'
import { openCustomResources } from './crd/index.ts'
import { keepFlowSchemaConditions } from './flowcontrol/keep-conditions.ts'
import { openHttpsFront } from './https/https-front.ts'
import { connectKubelets } from './kubelet/kubelet-connection.ts'
import type { Backend } from './server/context.ts'
import { handle } from './server/pipeline.ts'
import { advertised, servedHosts, urlHost } from './https/served-hosts.ts'
import { type BackendOptions, openBackend } from './server/open-backend.ts'

export type { BackendOptions as InProcessApiServerOptions } from './server/open-backend.ts'

export interface ApiServerOptions extends BackendOptions {
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
  serverCertificate(name: string, server: ServerSubject): Promise<KeyPair>
}

/** The API without a socket. Objects that every cluster has are there when it resolves. */
export async function openInProcessApiServer(options: BackendOptions): Promise<InProcessApiServer> {
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
  const pairNow = () => authority.serverPair('apiserver', { commonName: 'kube-apiserver', hosts })
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
  await bootstrapKubernetesService(backend, advertised(options, front.port))
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
    serverCertificate: (name, server) => authority.serverPair(name, server),
    certificates: { read: readSigningRequest, sign: (pem, asked) => authority.signRequest(pem, asked) },
    ...accessTo(backend),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
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
  const flowSchemas = await keepFlowSchemaConditions(backend)
  return {
    ...accessTo(backend),
    async [Symbol.asyncDispose]() {
      backend.streams.stop()
      await flowSchemas[Symbol.asyncDispose]()
      await customResources[Symbol.asyncDispose]()
      backend.access[Symbol.dispose]()
      backend.views[Symbol.dispose]()
      await backend.webhooks[Symbol.asyncDispose]()
      await backend.audit?.[Symbol.asyncDispose]()
    },
  }
}
