/** Ingresses as matches of the table. Source: networking.k8s.io/v1 Ingress. */
import { APP_LABEL, type k8s } from '../../api/index.ts'
import type { Snapshot } from '../snapshot.ts'
import { resolveBackend } from './endpoints.ts'
import { noFilters } from './filters.ts'
import type { Match, Rule } from './table.ts'

export function ingressMatches(snapshot: Snapshot, ingress: k8s.Ingress): { host: string; match: Match }[] {
  const matches = (ingress.spec.rules ?? []).flatMap((rule) =>
    (rule.http?.paths ?? []).map((path) => ({
      host: rule.host?.toLowerCase() || '*',
      match: matchOf(
        path.pathType === 'Exact' ? 'Exact' : 'PathPrefix',
        path.path || '/',
        compile(snapshot, ingress, path.backend),
      ),
    })),
  )
  const { defaultBackend } = ingress.spec
  if (defaultBackend === undefined) return matches
  return [...matches, { host: '*', match: matchOf('PathPrefix', '/', compile(snapshot, ingress, defaultBackend)) }]
}

function matchOf(type: 'Exact' | 'PathPrefix', path: string, rule: Rule): Match {
  const value = type === 'Exact' ? path : path.replace(/\/$/, '')
  return { path: { type, value }, method: undefined, headers: [], query: [], rule }
}

function compile(snapshot: Snapshot, ingress: k8s.Ingress, { service }: k8s.IngressBackend): Rule {
  const { name, namespace = 'default', labels } = ingress.metadata
  const port = service?.port?.number ?? service?.port?.name
  const backend = service
    ? resolveBackend(snapshot, { namespace, name: service.name, port, weight: 1, filters: noFilters })
    : {
        service: name,
        weight: 1,
        endpoints: [],
        filters: noFilters,
        problem: { text: 'its backend is not a Service', broken: true },
      }
  return {
    app: labels?.[APP_LABEL] ?? service?.name ?? name,
    source: `Ingress ${namespace}/${name}`,
    namespace,
    backends: [backend],
    totalWeight: 1,
    filters: noFilters,
    maintenance: undefined,
    requestTimeoutMs: undefined,
    backendTimeoutMs: undefined,
  }
}
