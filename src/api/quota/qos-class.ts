/** A pod's quality of service, from what its containers ask for. Source: Kubernetes' "Pod Quality of Service Classes". */
import type { PodSpec } from '../generated/types.ts'

const RESOURCES = ['cpu', 'memory'] as const
type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Also of a pod that is not validated yet. */
export function qosClassOf({ containers: main = [], initContainers = [] }: Partial<PodSpec>): QosClass {
  const containers = [...main, ...initContainers].map(({ resources }) => resources ?? {})
  const asksNothing = containers.every(({ requests, limits }) =>
    RESOURCES.every((name) => isZero(requests?.[name]) && isZero(limits?.[name])),
  )
  if (asksNothing) return 'BestEffort'
  const guaranteed = containers.every(({ requests, limits }) =>
    RESOURCES.every(
      (name) => !isZero(limits?.[name]) && sameQuantity(requests?.[name] ?? limits?.[name], limits?.[name]),
    ),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

type Amount = string | number | undefined
const isZero = (amount: Amount) => amount === undefined || /^0+(\.0+)?[a-zA-Z]*$/.test(String(amount))
const sameQuantity = (a: Amount, b: Amount) => String(a) === String(b)
