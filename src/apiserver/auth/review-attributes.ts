/** The question a SubjectAccessReview asks, as attributes; what of its selectors was not understood.
 *  Source: kubernetes v1.34, pkg/registry/authorization/util/helpers.go. */
import {
  type FieldRequirement,
  type k8s,
  type LabelRequirement,
  labelValueProblems,
  parseFieldSelector,
  parseLabelSelector,
  qualifiedNameProblems,
} from '../../api/index.ts'
import type { Attributes } from './attributes.ts'

export interface Question {
  attributes: Attributes
  /** '' when everything was understood. A requirement that is not is left out: the question becomes a broader one. */
  evaluationError: string
}

export function questionOf(spec: k8s.SelfSubjectAccessReviewSpec): Question {
  const { resourceAttributes, nonResourceAttributes: other } = spec
  if (resourceAttributes === undefined)
    return { attributes: { verb: other?.verb ?? '', path: other?.path ?? '' }, evaluationError: '' }
  const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes
  const fields = fieldRequirements(resourceAttributes.fieldSelector)
  const labels = labelRequirements(resourceAttributes.labelSelector)
  return {
    attributes: {
      verb,
      resource: { group, resource, subresource },
      namespace,
      name,
      ...(fields.understood.length > 0 && { fieldSelector: fields.understood }),
      ...(labels.understood.length > 0 && { labelSelector: labels.understood }),
    },
    evaluationError: [ignored('fieldSelector', fields), ignored('labelSelector', labels)].flat().join('; '),
  }
}

interface Parsed<T> {
  understood: T[]
  failed: boolean
}

function ignored(name: string, { understood, failed }: Parsed<unknown>): string[] {
  if (!failed) return []
  const how = understood.length > 0 ? 'partially ignored' : 'ignored'
  return [`spec.resourceAttributes.${name} ${how} due to parse error`]
}

function fieldRequirements(selector: k8s.FieldSelectorAttributes | undefined): Parsed<FieldRequirement> {
  if (selector?.requirements?.length) return understoodOf(selector.requirements, fieldRequirement)
  return selector?.rawSelector ? parsed(parseFieldSelector, selector.rawSelector) : { understood: [], failed: false }
}

function labelRequirements(selector: k8s.LabelSelectorAttributes | undefined): Parsed<LabelRequirement> {
  if (selector?.requirements?.length) return understoodOf(selector.requirements, labelRequirement)
  return selector?.rawSelector ? parsed(parseLabelSelector, selector.rawSelector) : { understood: [], failed: false }
}

function parsed<T>(parse: (text: string) => T[], text: string): Parsed<T> {
  try {
    return { understood: parse(text), failed: false }
  } catch {
    return { understood: [], failed: true }
  }
}

function understoodOf<In, Out>(requirements: readonly In[], understand: (one: In) => Out | undefined): Parsed<Out> {
  const understood = requirements.flatMap((one) => understand(one) ?? [])
  return { understood, failed: understood.length < requirements.length }
}

/** Field selectors know equality alone. */
function fieldRequirement({ key, operator, values = [] }: k8s.FieldSelectorRequirement): FieldRequirement | undefined {
  const [value, ...more] = values
  if (value === undefined || more.length > 0) return undefined
  if (operator === 'In') return { field: key, operator: '=', value }
  return operator === 'NotIn' ? { field: key, operator: '!=', value } : undefined
}

function labelRequirement({ key, operator, values = [] }: k8s.LabelSelectorRequirement): LabelRequirement | undefined {
  const withValues = operator === 'In' || operator === 'NotIn'
  if (!withValues && operator !== 'Exists' && operator !== 'DoesNotExist') return undefined
  if (withValues !== values.length > 0) return undefined
  const problems = [...qualifiedNameProblems(key), ...values.flatMap(labelValueProblems)]
  return problems.length === 0 ? { key, operator, values } : undefined
}
