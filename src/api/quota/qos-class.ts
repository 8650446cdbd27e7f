/** A pod's quality of service, from what its containers ask for. Source: Kubernetes' "Pod Quality of Service Classes". */
import type { PodSpec } from '../generated/types.ts'
import { quantityMilli } from '../quantity/quantity.ts'

const RESOURCES = ['cpu', 'memory'] as const
type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Also of a pod that is not validated yet. What a pod asks for as a whole counts alone; ephemeral containers ask for
 *  nothing. */
export function qosClassOf({
  containers: main = [],
  initContainers = [],
  resources: whole,
}: Partial<PodSpec>): QosClass {
  const containers = whole ? [whole] : [...main, ...initContainers].map(({ resources }) => resources ?? {})
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
const sameQuantity = (a: Amount, b: Amount) => String(a) === String(b) || milli(a) === milli(b)

/** NaN, which is like nothing else, for what is no quantity. */
function milli(amount: Amount): number {
  try {
    return quantityMilli(amount ?? '')
  } catch {
    return Number.NaN
  }
}
