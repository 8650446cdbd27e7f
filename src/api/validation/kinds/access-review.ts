/** What is wrong with a SubjectAccessReview. Source: kubernetes v1.34, pkg/apis/authorization/validation. */
import { labelValueProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type {
  FieldSelectorRequirement,
  LabelSelectorRequirement,
  NonResourceAttributes,
  SubjectAccessReviewSpec,
} from '../../generated/types.ts'
import type { KubeObject } from '../../object.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'

/** Which of the three it is: about a user anywhere, about a user in one namespace, about the asker. */
export type AccessReviewKind = 'any' | 'local' | 'self'

/** A local review must name its own namespace, which the URL's has filled in. */
export function validateAccessReview(
  review: KubeObject & { spec?: SubjectAccessReviewSpec },
  kind: AccessReviewKind,
): FieldError[] {
  const { metadata, spec = {} } = review
  const errors = validateSpec(spec, kind !== 'self')
  const { namespace, ...rest } = metadata
  const others = kind === 'local' ? rest : metadata
  const why = kind === 'local' ? 'must be empty except for namespace' : 'must be empty'
  if (!isEmptyMetadata(others)) errors.push(invalidValue('metadata', metadata, why))
  if (kind !== 'local') return errors
  const { resourceAttributes, nonResourceAttributes } = spec
  if (resourceAttributes !== undefined && (resourceAttributes.namespace ?? '') !== namespace)
    errors.push(
      invalidValue(
        'spec.resourceAttributes.namespace',
        resourceAttributes.namespace ?? '',
        'must match metadata.namespace',
      ),
    )
  if (nonResourceAttributes !== undefined)
    errors.push(
      invalidValue('spec.nonResourceAttributes', printed(nonResourceAttributes), 'disallowed on this kind of request'),
    )
  return errors
}

function validateSpec(spec: SubjectAccessReviewSpec, namesUser: boolean): FieldError[] {
  const { resourceAttributes, nonResourceAttributes, user = '', groups = [] } = spec
  const errors: FieldError[] = []
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined)
    errors.push(
      invalidValue(
        'spec.nonResourceAttributes',
        printed(nonResourceAttributes),
        'cannot be specified in combination with resourceAttributes',
      ),
    )
  if (resourceAttributes === undefined && nonResourceAttributes === undefined)
    errors.push(
      invalidValue(
        'spec.resourceAttributes',
        undefined,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    )
  if (namesUser && user === '' && groups.length === 0)
    errors.push(invalidValue('spec.user', user, 'at least one of user or group must be specified'))
  return [
    ...errors,
    ...validateSelector(resourceAttributes?.fieldSelector, 'fieldSelector', validateFieldRequirement),
    ...validateSelector(resourceAttributes?.labelSelector, 'labelSelector', validateLabelRequirement),
  ]
}

/** Kubernetes prints it with the names its own code has for the fields. */
const printed = ({ path = '', verb = '' }: NonResourceAttributes) => ({ Path: path, Verb: verb })

const isEmptyMetadata = (metadata: object): boolean =>
  Object.entries(metadata).every(([name, value]) => name === 'managedFields' || isEmpty(value))
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)

type Requirement = FieldSelectorRequirement | LabelSelectorRequirement

function validateSelector(
  selector: { rawSelector?: string | undefined; requirements?: Requirement[] | undefined } | undefined,
  name: string,
  validate: (requirement: Requirement, path: string) => FieldError[],
): FieldError[] {
  if (selector === undefined) return []
  const path = `spec.resourceAttributes.${name}`
  const { rawSelector = '', requirements = [] } = selector
  const errors: FieldError[] = []
  if (rawSelector !== '' && requirements.length > 0)
    errors.push(invalidValue(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'))
  if (rawSelector === '' && requirements.length === 0)
    errors.push(required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`))
  return [...errors, ...requirements.flatMap((one, index) => validate(one, `${path}.requirements[${index}]`))]
}

/** Operators of later versions are let through: what is not understood is left out of the question. */
function validateValues({ operator, values = [] }: Requirement, path: string): FieldError[] {
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0)
    return [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0)
    return [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
  return []
}

function validateFieldRequirement(requirement: Requirement, path: string): FieldError[] {
  const errors = requirement.key ? [] : [required(`${path}.key`, 'must be specified')]
  return [...errors, ...validateValues(requirement, path)]
}

function validateLabelRequirement(requirement: Requirement, path: string): FieldError[] {
  const { values = [] } = requirement
  // Left out, it is Go's empty string.
  const key = (requirement.key as string | undefined) ?? ''
  return [
    ...validateValues(requirement, path),
    ...invalidFormat(`${path}.key`, key, qualifiedNameProblems(key)),
    ...values.flatMap((value, index) => invalidFormat(`${path}.values[${index}]`, value, labelValueProblems(value))),
  ]
}
