/** Whether labels satisfy a selector. Source: k8s.io/apimachinery v0.34, labels.Requirement.Matches. */
import type { LabelSelector } from '../generated/types.ts'
import type { LabelRequirement } from './label-parser.ts'

type Labels = Readonly<Record<string, string>> | undefined

export function matchesLabels(requirements: readonly LabelRequirement[], labels: Labels): boolean {
  return requirements.every((requirement) => matchesRequirement(requirement, labels))
}

/** A LabelSelector object: undefined matches nothing, an empty one everything. Malformed expressions match nothing. */
export function labelSelectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (valueOf(labels, key) !== value) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    if (operator !== 'In' && operator !== 'NotIn' && operator !== 'Exists' && operator !== 'DoesNotExist') return false
    return matchesRequirement({ key, operator, values: values ?? [] }, labels)
  })
}

const valueOf = (labels: Labels, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

function matchesRequirement({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = valueOf(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
    case 'Lt': {
      const integer = /^[-+]?\d+$/
      const [bound] = values
      if (value === undefined || bound === undefined || values.length !== 1) return false
      if (!integer.test(value) || !integer.test(bound)) return false
      return operator === 'Gt' ? toBigInt(value) > toBigInt(bound) : toBigInt(value) < toBigInt(bound)
    }
  }
}

const toBigInt = (text: string): bigint => BigInt(text.replace(/^\+/, ''))
