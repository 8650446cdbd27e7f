/** `naru route`: where an app answers, at which hosts and paths, and what becomes of requests there. */
import type { App, AppHeaderChanges, AppRoute } from '../../api/index.ts'
import { mainHosts } from '../../apps/index.ts'
import {
  formatRouteAt,
  parseHeaders,
  parseRouteAt,
  type RouteAt,
  routeAt,
  withoutRoute,
  withRoute,
} from '../app/routes.ts'
import { openTarget } from '../app/target.ts'
import { changeApp, type SpecPatch } from '../cluster/change-app.ts'
import { condition } from '../cluster/apps.ts'
import { untilObserved } from '../cluster/until-observed.ts'
import type { CommandContext, CommandInput, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { formatTable } from '../output/text.ts'

const ACTIONS = ['list', 'add', 'remove'] as const

export const route: CommandRun = async (context, input) => {
  const change = changeOf(input)
  await using target = await openTarget(context, input.options.app)
  const { cluster, app } = target
  if (change === undefined) {
    show(context, app)
    return 0
  }
  const changed = await changeApp(cluster.client, app.metadata, { change, signal: context.signal })
  show(context, await untilObserved(context, cluster, changed))
  return 0
}

/** Undefined for `list`. */
function changeOf(input: CommandInput): ((app: App) => SpecPatch) | undefined {
  const [asked, word] = input.arguments
  const action = parseChoice('route', asked, ACTIONS) ?? 'list'
  if (action === 'list') return undefined
  if (word === undefined)
    throw CliError.of('missingArgument', { argument: 'route', command: 'route', usage: `naru route ${action} /old` })
  const at = parseRouteAt(word)
  if (action === 'remove') return (app) => withoutRoute(app, at)
  const added = addedRoute(input, at)
  return (app) => ({ routes: withRoute(app, added) })
}

function addedRoute({ options, lists }: CommandInput, { host, path }: RouteAt): AppRoute {
  const { redirect, rewrite } = options
  const requestHeaders = parseHeaders('--request-header', lists.requestHeader ?? [])
  const responseHeaders = parseHeaders('--header', lists.header ?? [])
  return {
    ...(host !== undefined && { host }),
    ...(path !== '/' && { path }),
    ...(typeof redirect === 'string' && {
      redirect: { to: redirect, ...(options.permanent === true && { status: 301 }) },
    }),
    ...(typeof rewrite === 'string' && { rewritePrefix: rewrite }),
    ...(requestHeaders && { requestHeaders }),
    ...(responseHeaders && { responseHeaders }),
  }
}

function show({ t, console }: CommandContext, app: App): void {
  const { metadata, spec } = app
  const { routes = [] } = spec
  const isWhole = ({ host, path }: RouteAt, of: string) => path === '/' && (host === undefined || host === of)
  const hosts = mainHosts(app)
  const plain = hosts.filter((host) => !routes.some((each) => isWhole(routeAt(each), host)))
  const rows = [
    ...plain.map((host) => [host, t('route.app')]),
    ...routes.map((each) => [formatRouteAt(routeAt(each)), describeRoute(t, each)]),
  ]
  console.line(formatTable([[t('route.column.at'), t('route.column.what')], ...rows]))
  const accepted = condition(app, 'HostsAccepted')
  if (accepted?.status === 'False') console.note(accepted.message)
  console.document({ app: metadata.name, namespace: metadata.namespace, hosts, routes })
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
