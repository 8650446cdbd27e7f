/** The spec as a whole. Kubernetes checks what all versions have in common once, under the place it had before versions
 *  existed (`spec.validation`, `spec.subresources`, …): errors name that place. */
import { dns1035LabelProblems, dnsSubdomainProblems } from '../../../formats/index.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required } from '../../field-error.ts'
import { sameValue } from '../../immutable.ts'
import { conversionErrors } from './conversion.ts'
import { missingNames, nameErrors } from './names.ts'
import { columnErrors } from './printer-columns.ts'
import { schemaErrors } from './schema.ts'
import { selectableFieldErrors } from './selectable-fields.ts'
import { subresourceErrors } from './subresources.ts'

export function specErrors(
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  // Missing ones are told of already.
  const versions: readonly Version[] = spec.versions ?? []
  return [
    ...groupErrors(spec.group),
    ...scopeErrors(spec.scope),
    ...versionsErrors(versions, old),
    ...missingNames(spec.names, 'spec.names'),
    ...nameErrors(spec.names, 'spec.names'),
    ...commonErrors(versions, old),
    ...conversionErrors(spec.conversion, old),
    ...(spec.preserveUnknownFields === true && old?.spec.preserveUnknownFields !== true
      ? [
          invalidValue(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ]
}

function groupErrors(group: string): FieldError[] {
  if (group === '') return [required('spec.group')]
  const problems = dnsSubdomainProblems(group)
  if (problems.length > 0) return [invalidValue('spec.group', group, problems.join(','))]
  return group.includes('.') ? [] : [invalidValue('spec.group', group, 'should be a domain with at least one dot')]
}

const SCOPES = ['Cluster', 'Namespaced']

function scopeErrors(scope: string): FieldError[] {
  if (scope === '') return [required('spec.scope')]
  return SCOPES.includes(scope) ? [] : [notSupported('spec.scope', scope, SCOPES)]
}

type Version = CustomResourceDefinitionVersion
type CommonField = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'

/** Whether all versions say the same. */
function isCommon(versions: readonly Version[], field: CommonField): boolean {
  return versions.every((version) => sameValue(version[field], versions[0]?.[field]))
}

/** Whether some version had the same schema. */
const wasThere = ({ schema }: Version, old: CustomResourceDefinition | undefined): boolean =>
  (old?.spec.versions ?? []).some((version) => sameValue(version.schema, schema))

const hasStatus = (version: Version): boolean => version.subresources?.status !== undefined

function versionsErrors(versions: readonly Version[], old: CustomResourceDefinition | undefined): FieldError[] {
  const errors: FieldError[] = []
  for (const [index, { schema }] of versions.entries())
    if (schema?.openAPIV3Schema === undefined) errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`))
  const common = {
    schema: isCommon(versions, 'schema'),
    subresources: isCommon(versions, 'subresources'),
    columns: isCommon(versions, 'additionalPrinterColumns'),
    selectable: isCommon(versions, 'selectableFields'),
  }
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`
    const problems = dns1035LabelProblems(version.name)
    if (problems.length > 0) errors.push(invalidValue(`${path}.name`, version.name, problems.join(',')))
    errors.push(...deprecationErrors(version, `${path}.deprecationWarning`))
    if (!common.schema)
      errors.push(
        ...schemaErrors(version.schema, `${path}.schema`, {
          hasStatus: hasStatus(version),
          known: wasThere(version, old),
        }),
      )
    if (!common.subresources) errors.push(...subresourceErrors(version.subresources, `${path}.subresources`))
    if (!common.columns) errors.push(...columnErrors(version, `${path}.additionalPrinterColumns`))
    if (!common.selectable)
      errors.push(
        ...selectableFieldErrors(version.selectableFields, common.schema ? undefined : version.schema, path, {
          noSchema: 'may only be set when `version.schema.openAPIV3Schema` is not included',
        }),
      )
  }
  const printed = versions.length === 0 ? undefined : versions
  const names = versions.map(({ name }) => name)
  if (new Set(names).size < names.length)
    errors.push(invalidValue('spec.versions', versions, 'must contain unique version names'))
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalidValue('spec.versions', printed, 'must have exactly one version marked as storage version'))
  // The first version is looked at once more, under the name of the field that it was in before there were many.
  const problems = versions[0]?.name ? dns1035LabelProblems(versions[0].name) : []
  if (problems.length > 0) errors.push(invalidValue('spec.version', versions[0]?.name, problems.join(',')))
  return errors
}

/** What all versions have in common. */
function commonErrors(versions: readonly Version[], old: CustomResourceDefinition | undefined): FieldError[] {
  const [first] = versions
  if (first === undefined) return []
  const errors: FieldError[] = []
  const commonSchema = isCommon(versions, 'schema')
  if (commonSchema)
    errors.push(
      ...schemaErrors(first.schema, 'spec.validation', {
        hasStatus: versions.some(hasStatus),
        known: wasThere(first, old),
      }),
    )
  if (isCommon(versions, 'subresources')) errors.push(...subresourceErrors(first.subresources, 'spec.subresources'))
  if (isCommon(versions, 'additionalPrinterColumns'))
    errors.push(...columnErrors(first, 'spec.additionalPrinterColumns'))
  if (isCommon(versions, 'selectableFields'))
    errors.push(
      ...selectableFieldErrors(first.selectableFields, commonSchema ? first.schema : undefined, 'spec', {
        noSchema: 'may only be set when validations.schema is included',
      }),
    )
  return errors
}

function deprecationErrors({ deprecated, deprecationWarning: text }: Version, field: string): FieldError[] {
  if (text === undefined) return []
  const problems: string[] = []
  if (deprecated !== true) return [invalidValue(field, text, 'can only be set for deprecated versions')]
  if (Buffer.byteLength(text) > 256) problems.push('must be <= 256 characters long')
  if (text === '') problems.push('must not be an empty string')
  const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(text)
  if (unprintable)
    problems.push(
      `must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(text.slice(0, unprintable.index))}`,
    )
  return problems.map((problem) => invalidValue(field, text, problem))
}
