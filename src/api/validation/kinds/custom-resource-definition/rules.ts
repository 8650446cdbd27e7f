/** CustomResourceDefinitions. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apis/apiextensions/validation. */
import type { CustomResourceDefinition } from '../../../generated/types.ts'
import { type FieldError, invalidValue } from '../../field-error.ts'
import { immutable, sameValue } from '../../immutable.ts'
import type { KindRules } from '../../kind-rules.ts'
import { approvalErrors } from './api-approval.ts'
import { nameErrors } from './names.ts'
import { specErrors } from './spec.ts'
import { storedVersionErrors } from './stored-versions.ts'

export const customResourceDefinitionRules: KindRules<CustomResourceDefinition> = {
  reportsMissing: true,
  validate: (definition, old) => {
    const { metadata, spec, status } = definition
    const errors: FieldError[] = []
    if (old === undefined && metadata.name !== `${spec.names.plural}.${spec.group}`)
      errors.push(invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'))
    // Schemas take long to look at, and what has not changed was looked at when it did.
    if (old === undefined || !sameValue(spec, old.spec)) {
      errors.push(...specErrors(spec, old))
      errors.push(...storedVersionErrors(status?.storedVersions ?? [], spec.versions, 'status.storedVersions'))
    }
    if (status?.acceptedNames) errors.push(...nameErrors(status.acceptedNames, 'status.acceptedNames'))
    return [...errors, ...approvalErrors(definition, old)]
  },
  validateUpdate: ({ spec }, { spec: old, status }) => [
    ...(status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True')
      ? [
          ...immutable(spec.scope, old.scope, 'spec.scope'),
          ...immutable(spec.names.kind, old.names.kind, 'spec.names.kind'),
        ]
      : []),
    ...immutable(spec.group, old.group, 'spec.group'),
    ...immutable(spec.names.plural, old.names.plural, 'spec.names.plural'),
  ],
}
