/** Namespaces. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateNamespace, ValidateNamespaceStatusUpdate). */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { Namespace } from '../../generated/types.ts'
import { invalidFormat, invalidValue } from '../field-error.ts'
import { validateStandardFinalizer } from '../metadata.ts'
import type { KindRules } from '../kind-rules.ts'

const PATH = 'spec.finalizers'

export const namespaceRules: KindRules<Namespace> = {
  reportsMissing: true,
  validate: ({ spec }) =>
    (spec?.finalizers ?? []).flatMap((finalizer) => [
      ...invalidFormat(PATH, finalizer, qualifiedNameProblems(finalizer)),
      ...validateStandardFinalizer(finalizer, PATH),
    ]),
  validateStatusUpdate: ({ metadata, status }) => {
    const phase = status?.phase ?? ''
    const isGoing = metadata.deletionTimestamp !== undefined
    const wanted = isGoing ? 'Terminating' : 'Active'
    if (phase === wanted) return []
    const why = `may only be '${wanted}' if \`deletionTimestamp\` is ${isGoing ? 'not ' : ''}empty`
    return [invalidValue('status.Phase', phase, why)]
  },
}
