/** What draws pods to nodes and to each other. Source: kubernetes v1.34, pkg/apis/core/validation (validateAffinity). */
import { dnsLabelProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { Affinity, LabelSelector, NodeAffinity, PodAffinity, PodAffinityTerm } from '../../generated/types.ts'
import { validateSelector } from '../kinds/selector.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateNodeSelector, validateNodeSelectorTerm } from './node-selector.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {}
  return [
    ...(nodeAffinity === undefined ? [] : validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`)),
    ...(podAffinity === undefined ? [] : validatePodAffinity(podAffinity, `${path}.podAffinity`)),
    ...(podAntiAffinity === undefined ? [] : validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`)),
  ]
}

function validateNodeAffinity(affinity: NodeAffinity, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (affinity[REQUIRED] !== undefined) errors.push(...validateNodeSelector(affinity[REQUIRED], `${path}.${REQUIRED}`))
  affinity[PREFERRED]?.forEach(({ weight, preference }, index) => {
    const at = `${path}.${PREFERRED}[${index}]`
    errors.push(...validateWeight(weight, at))
    if (preference !== undefined) errors.push(...validateNodeSelectorTerm(preference, `${at}.preference`))
  })
  return errors
}

function validatePodAffinity(affinity: PodAffinity, path: string): FieldError[] {
  const errors: FieldError[] = []
  affinity[REQUIRED]?.forEach((term, index) => errors.push(...validateTerm(term, `${path}.${REQUIRED}[${index}]`)))
  affinity[PREFERRED]?.forEach(({ weight, podAffinityTerm: term }, index) => {
    const at = `${path}.${PREFERRED}[${index}]`
    errors.push(...validateWeight(weight, at))
    if (term !== undefined) errors.push(...validateTerm(term, `${at}.podAffinityTerm`))
  })
  return errors
}

const validateWeight = (weight: number, at: string): FieldError[] =>
  weight > 0 && weight <= 100 ? [] : [invalidValue(`${at}.weight`, weight, 'must be in the range 1-100')]

function validateTerm(term: Partial<PodAffinityTerm>, at: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term
  const { matchLabelKeys = [], mismatchLabelKeys = [] } = term
  const errors: FieldError[] = []
  if (labelSelector !== undefined) errors.push(...validateSelector(labelSelector, `${at}.labelSelector`))
  if (namespaceSelector !== undefined) errors.push(...validateSelector(namespaceSelector, `${at}.namespaceSelector`))
  for (const name of namespaces) errors.push(...invalidFormat(`${at}.namespace`, name, dnsLabelProblems(name)))
  errors.push(...validateLabelKeys(matchLabelKeys, labelSelector, `${at}.matchLabelKeys`))
  errors.push(...validateLabelKeys(mismatchLabelKeys, labelSelector, `${at}.mismatchLabelKeys`))
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
