/** `naru route`: where an app answers, at which hosts and paths, and what becomes of requests there. */
import type { App, AppHeaderChanges, AppRoute } from '../../api/index.ts'
import { mainHosts } from '../../apps/index.ts'
import { isHostOfAuthority } from '../../certificates/index.ts'
import {
  formatRouteAt,
  hasRoute,
  parseRouteAt,
  type RouteAt,
  routeAt,
  routeWith,
  withoutRoute,
  withRoute,
} from '../app/routes.ts'
import {
  certificateSecretName,
  hasCertificateFor,
  removeCertificate,
  withCertificate,
  writeCertificate,
} from '../app/certificates.ts'
import { day, readCertificate } from '../app/read-certificate.ts'
import { openTarget, type Target } from '../app/target.ts'
import { changeApp, type SpecPatch } from '../cluster/change-app.ts'
import { noteRefusedHosts } from '../cluster/apps.ts'
import { untilObserved } from '../cluster/until-observed.ts'
import { actionsOf } from '../command-table/actions.ts'
import type { CommandContext, CommandInput, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { formatTable } from '../output/text.ts'

/** A certificate with less left than this is taken with a word of warning. */
const SOON_MS = 30 * 86_400_000
const UNDO_MS = 5000

export const route: CommandRun = async (context, input) => {
  const change = changeOf(input)
  await using target = await openTarget(context, input.options.app)
  const { cluster, app } = target
  if (change === undefined) {
    show(context, app)
    return 0
  }
  await change.before?.(context, target)
  const changed = await changeApp(cluster.client, app.metadata, { change: change.spec, signal: context.signal }).catch(
    async (error: unknown) => {
      await change.undo?.(context, target)
      throw error
    },
  )
  await change.after?.(context, target)
  show(context, await untilObserved(context, cluster, changed))
  return 0
}

interface Change {
  spec: (app: App) => SpecPatch
  /** The App speaks only of what is there. */
  before?: (context: CommandContext, target: Target) => Promise<void>
  /** The App could not be changed (its host is another's, say). */
  undo?: (context: CommandContext, target: Target) => Promise<void>
  after?: (context: CommandContext, target: Target) => Promise<void>
}

/** Undefined for `list`. */
function changeOf(input: CommandInput): Change | undefined {
  const [asked, word = ''] = input.arguments
  const action = parseChoice('route', asked, actionsOf('route')) ?? 'list'
  if (action === 'list') return undefined
  if (action === 'force-https') {
    const redirect = parseChoice('route', word || 'on', ['on', 'off']) === 'on'
    return { spec: ({ spec }) => ({ tls: { certificates: [], ...spec.tls, redirect } }) }
  }
  const at = parseRouteAt(word)
  return action === 'remove' ? removal(at) : addition(input, at)
}

function removal(at: RouteAt): Change {
  const { host } = at
  if (host === undefined || at.path !== '/') return { spec: (app) => withoutRoute(app, at) }
  return {
    spec: (app) => {
      const isCertified = hasCertificateFor(app, host)
      const tls = isCertified && { tls: withCertificate(app, host, undefined) }
      return { ...(hasRoute(app, at) || !isCertified ? withoutRoute(app, at) : {}), ...tls }
    },
    after: async ({ signal }, { cluster, app }) => {
      if (hasCertificateFor(app, host)) await removeCertificate(cluster.client, app, host, signal)
    },
  }
}

function addition(input: CommandInput, at: RouteAt): Change {
  const { cert, key } = input.options
  const added = addedRoute(input, at)
  const { host } = at
  if (cert === undefined && key === undefined) return { spec: (app) => ({ routes: withRoute(app, added) }) }
  if (typeof cert !== 'string') throw CliError.of('optionNeeds', { option: '--key', needed: '--cert' })
  if (typeof key !== 'string') throw CliError.of('optionNeeds', { option: '--cert', needed: '--key' })
  if (host === undefined)
    throw CliError.of('badOptionValue', {
      option: 'route',
      value: at.path,
      expected: 'www.example.com, example.com/v1',
    })
  return {
    before: async ({ t, cwd, clock, console, signal }, { cluster, app }) => {
      const certificate = await readCertificate({ cert, key, cwd }, { host, nowMs: clock.now() })
      if (certificate.validToMs - clock.now() < SOON_MS)
        console.note(t('route.certificateEnds', { host, date: day(certificate.validToMs) }))
      await writeCertificate(cluster.client, app, { host, certificate, signal })
    },
    undo: async (_context, { cluster, app }) => {
      // Not the command's own signal: what was begun is cleared away when it is interrupted, too.
      const signal = AbortSignal.timeout(UNDO_MS)
      if (!hasCertificateFor(app, host)) await removeCertificate(cluster.client, app, host, signal)
    },
    spec: (app) => {
      // A host that leads to the app already needs no route for a certificate's sake.
      const isThere = Object.keys(added).length === 1 && (mainHosts(app).includes(host) || hasRoute(app, at))
      const tls = withCertificate(app, host, certificateSecretName(app, host))
      return { ...(!isThere && { routes: withRoute(app, added) }), tls }
    },
  }
}

function addedRoute({ options, lists }: CommandInput, at: RouteAt): AppRoute {
  const { redirect, rewrite, permanent } = options
  return routeWith(at, {
    ...(typeof redirect === 'string' && { redirect }),
    ...(typeof rewrite === 'string' && { rewrite }),
    permanent: permanent === true,
    header: lists.header ?? [],
    requestHeader: lists.requestHeader ?? [],
  })
}

function show({ t, console }: CommandContext, app: App): void {
  const { metadata, spec } = app
  const { routes = [] } = spec
  const isWhole = ({ host, path }: RouteAt, of: string) => path === '/' && (host === undefined || host === of)
  const hosts = mainHosts(app)
  const plain = hosts.filter((host) => !routes.some((each) => isWhole(routeAt(each), host)))
  const rows = [
    ...plain.map((host) => [host, t('route.app'), describeHttps(t, app, host)]),
    ...routes.map((each) => [
      formatRouteAt(routeAt(each)),
      describeRoute(t, each),
      each.host === undefined ? '' : describeHttps(t, app, each.host.toLowerCase()),
    ]),
  ]
  console.line(formatTable([[t('route.column.at'), t('route.column.what'), t('route.column.https')], ...rows]))
  if (spec.tls?.redirect === true) console.note(t('route.forced'))
  if (spec.maintenance !== undefined) console.note(t('maintenance.isOn', { name: metadata.name }))
  noteRefusedHosts(console, app)
  console.document({ app: metadata.name, namespace: metadata.namespace, hosts, routes, tls: spec.tls })
}

/** Whose certificate is shown. */
function describeHttps(t: CommandContext['t'], app: App, host: string): string {
  if (hasCertificateFor(app, host)) return t('route.https.given')
  return t(isHostOfAuthority(host) ? 'route.https.own' : 'route.https.none')
}

function describeRoute(t: CommandContext['t'], each: AppRoute): string {
  const { redirect, rewritePrefix, requestHeaders, responseHeaders } = each
  if (redirect !== undefined) return `${redirect.status ?? 302} ${redirect.to}`
  const parts = [
    rewritePrefix === undefined ? t('route.app') : t('route.rewritten', { path: rewritePrefix }),
    ...(requestHeaders === undefined ? [] : [t('route.request', { headers: formatHeaders(requestHeaders) })]),
    ...(responseHeaders === undefined ? [] : [t('route.response', { headers: formatHeaders(responseHeaders) })]),
  ]
  return parts.join('; ')
}

const formatHeaders = ({ set = [], add = [], remove = [] }: AppHeaderChanges): string =>
  [
    ...set.map(({ name, value }) => `${name}=${value}`),
    ...add.map(({ name, value }) => `+${name}=${value}`),
    ...remove.map((name) => `-${name}`),
  ].join(' ')
