/** What a pod costs a quota. Source: kubernetes v1.34, pkg/quota/v1/evaluator/core/pods.go. */
import type { Container, Pod } from '../generated/types.ts'
import type { ResourceList } from '../quantity/index.ts'
import { countName } from './names.ts'
import { podLimits, podRequests } from './pod-resources.ts'

const COUNT = countName({ group: '', plural: 'pods' })
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const HUGE_PAGES = 'hugepages-'
const REQUESTS = 'requests.'
const LIMITS = 'limits.'

const NAMES = new Set([
  COUNT,
  'pods',
  ...COMPUTE,
  ...COMPUTE.map((name) => REQUESTS + name),
  ...COMPUTE.map((name) => LIMITS + name),
])

/** Names without a domain, and those of Kubernetes' own. */
const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/')

export const isPodQuota = (name: string): boolean =>
  NAMES.has(name) ||
  name.startsWith(HUGE_PAGES) ||
  name.startsWith(REQUESTS + HUGE_PAGES) ||
  (!isNative(name) && name.startsWith(REQUESTS))

export function podUsage(pod: Pod, nowMs: number): Record<string, string> {
  const counted = { [COUNT]: '1' }
  if (pod.spec === undefined || !isCharged(pod, nowMs)) return counted
  return { ...counted, ...computeUsage(podRequests(pod.spec), podLimits(pod.spec)) }
}

/** A pod that is over, or should long be gone, costs nothing but its place in the store. */
function isCharged({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return false
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true
  return nowMs <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

function computeUsage(requests: ResourceList, limits: ResourceList): Record<string, string> {
  const usage: [string, string][] = [['pods', '1']]
  for (const [name, value] of Object.entries(requests)) {
    const amount = String(value)
    if (COMPUTE.includes(name) || name.startsWith(HUGE_PAGES)) usage.push([name, amount], [REQUESTS + name, amount])
    else if (!isNative(name) && !name.startsWith(REQUESTS)) usage.push([REQUESTS + name, amount])
  }
  for (const [name, value] of Object.entries(limits))
    if (COMPUTE.includes(name)) usage.push([LIMITS + name, String(value)])
  return Object.fromEntries(usage)
}

const MUST_BE_SAID = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']

/** Who is charged for CPU or memory has to say how much each container needs. Returns what is missing. */
export function missingForQuota({ spec }: Pod, names: readonly string[]): string | undefined {
  if (spec === undefined || isSetForPod(spec.resources)) return undefined
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const missing = MUST_BE_SAID.filter((name) => names.includes(name)).flatMap((name) => {
    const silent = containers.filter((container) => !saysSo(container, name)).map((container) => container.name)
    return silent.length === 0 ? [] : [`${name} for: ${[...new Set(silent)].sort().join(',')}`]
  })
  return missing.length === 0 ? undefined : `must specify ${missing.join('; ')}`
}

const isSetForPod = (resources: Container['resources']) =>
  ['cpu', 'memory'].some((name) => resources?.requests?.[name] !== undefined || resources?.limits?.[name] !== undefined)

const saysSo = ({ resources }: Container, name: string) =>
  Object.hasOwn(computeUsage(resources?.requests ?? {}, resources?.limits ?? {}), name)
