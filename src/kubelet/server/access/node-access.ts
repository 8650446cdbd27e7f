/** What a request to the kubelet asks for, in the words of the API's rights: a verb on subresources of the node. Pure.
 *  Source: Kubernetes v1.34, pkg/kubelet/server/auth.go, with KubeletFineGrainedAuthz (on by default since v1.33). */

export interface NodeAccess {
  verb: string
  /** A right to one of them is enough; asked for in this order. */
  subresources: readonly [string, ...string[]]
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** Rights of their own, which whoever has all of `proxy` has too. */
const FINE_GRAINED: Readonly<Record<string, string>> = {
  pods: 'pods',
  runningpods: 'pods',
  healthz: 'healthz',
  configz: 'configz',
}

/** Rights of their own, which `proxy` does not include. */
const APART: Readonly<Record<string, string>> = {
  stats: 'stats',
  metrics: 'metrics',
  logs: 'log',
  checkpoint: 'checkpoint',
  statusz: 'statusz',
  flagz: 'configz',
}

/** `path`: as it is dispatched on, so that nothing is asked for under another name. Other methods have an empty verb, as
 *  in Kubernetes: only a right to all verbs allows them. */
export function nodeAccess(method: string, path: string): NodeAccess {
  const verb = VERBS[method] ?? ''
  const root = path.split('/')[1] ?? ''
  if (Object.hasOwn(FINE_GRAINED, root)) return { verb, subresources: [FINE_GRAINED[root] ?? '', 'proxy'] }
  return { verb, subresources: [(Object.hasOwn(APART, root) && APART[root]) || 'proxy'] }
}
