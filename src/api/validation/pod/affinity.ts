/** What draws pods to nodes and to each other. Source: kubernetes v1.34, pkg/apis/core/validation (validateAffinity). */
import { dnsLabelProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type {
  Affinity,
  LabelSelector,
  NodeAffinity,
  PodAffinity,
  PodAffinityTerm,
  PreferredSchedulingTerm,
} from '../../generated/types.ts'
import { validateSelector } from '../kinds/selector.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateNodeSelector, validateNodeSelectorTerm } from './node-selector.ts'
import type { PodSpecOptions } from './options.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

type Allowed = Pick<PodSpecOptions, 'allowsInvalidAffinityLabels' | 'allowsInvalidNodeLabels'>

export function validateAffinity(affinity: Affinity | undefined, path: string, allowed: Allowed): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {}
  return [
    ...(nodeAffinity === undefined ? [] : validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`, allowed)),
    ...(podAffinity === undefined ? [] : validatePodAffinity(podAffinity, `${path}.podAffinity`, allowed)),
    ...(podAntiAffinity === undefined ? [] : validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`, allowed)),
  ]
}

function validateNodeAffinity(affinity: NodeAffinity, path: string, { allowsInvalidNodeLabels: lax = false }: Allowed) {
  const errors: FieldError[] = []
  if (affinity[REQUIRED] !== undefined)
    errors.push(...validateNodeSelector(affinity[REQUIRED], `${path}.${REQUIRED}`, lax))
  affinity[PREFERRED]?.forEach(({ weight = 0, preference }: Partial<PreferredSchedulingTerm>, index) => {
    const at = `${path}.${PREFERRED}[${index}]`
    errors.push(...validateWeight(weight, at))
    // What is only a wish may name values that no label has.
    if (preference !== undefined) errors.push(...validateNodeSelectorTerm(preference, `${at}.preference`, true))
  })
  return errors
}

function validatePodAffinity(affinity: PodAffinity, path: string, allowed: Allowed): FieldError[] {
  const errors: FieldError[] = []
  affinity[REQUIRED]?.forEach((term, index) =>
    errors.push(...validateTerm(term, `${path}.${REQUIRED}[${index}]`, allowed)),
  )
  affinity[PREFERRED]?.forEach(({ weight = 0, podAffinityTerm: term = {} }: Weighted, index) => {
    const at = `${path}.${PREFERRED}[${index}]`
    errors.push(...validateWeight(weight, at), ...validateTerm(term, `${at}.podAffinityTerm`, allowed))
  })
  return errors
}

interface Weighted {
  weight?: number
  podAffinityTerm?: Partial<PodAffinityTerm>
}

const validateWeight = (weight: number, at: string): FieldError[] =>
  weight > 0 && weight <= 100 ? [] : [invalidValue(`${at}.weight`, weight, 'must be in the range 1-100')]

function validateTerm(term: Partial<PodAffinityTerm>, at: string, allowed: Allowed): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term
  const { matchLabelKeys = [], mismatchLabelKeys = [] } = term
  const errors: FieldError[] = []
  const options = { allowsInvalidValues: allowed.allowsInvalidAffinityLabels }
  if (labelSelector !== undefined) errors.push(...validateSelector(labelSelector, `${at}.labelSelector`, options))
  if (namespaceSelector !== undefined)
    errors.push(...validateSelector(namespaceSelector, `${at}.namespaceSelector`, options))
  for (const name of namespaces) errors.push(...invalidFormat(`${at}.namespace`, name, dnsLabelProblems(name)))
  errors.push(...validateLabelKeys(matchLabelKeys, labelSelector, `${at}.matchLabelKeys`))
  errors.push(...validateLabelKeys(mismatchLabelKeys, labelSelector, `${at}.mismatchLabelKeys`))
  errors.push(...repeatedLabelKeys(matchLabelKeys, labelSelector, at))
  matchLabelKeys.forEach((key, index) => {
    const why = 'exists in both matchLabelKeys and mismatchLabelKeys'
    if (mismatchLabelKeys.includes(key)) errors.push(invalidValue(`${at}.matchLabelKeys[${index}]`, key, why))
  })
  if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
  return [...errors, ...invalidFormat(`${at}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey))]
}

/** Labels whose values are taken from the pod itself. */
export function validateLabelKeys(keys: readonly string[], selector: LabelSelector | undefined, path: string) {
  if (keys.length === 0) return []
  if (selector === undefined) return [forbidden(path, 'must not be specified when labelSelector is not set')]
  return keys.flatMap((key, index) => invalidFormat(`${path}[${index}]`, key, qualifiedNameProblems(key)))
}

/** A key may not be asked for in the selector too. By the time this is asked the server has added what the keys stand
 *  for, so each is there once. The place is the list's in Kubernetes, with the key's index. */
export function repeatedLabelKeys(keys: readonly string[], selector: LabelSelector | undefined, at: string) {
  const asked = new Set(Object.keys(selector?.matchLabels ?? {}))
  return (selector?.matchExpressions ?? []).flatMap(({ key }) => {
    const index = keys.lastIndexOf(key)
    const isRepeated = index >= 0 && asked.has(key)
    asked.add(key)
    return isRepeated ? [invalidValue(`${at}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')] : []
  })
}
