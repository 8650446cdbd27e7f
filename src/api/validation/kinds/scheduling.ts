/** PriorityClasses and RuntimeClasses. Source: kubernetes v1.34, pkg/apis/{scheduling,node}/validation. */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { PriorityClass, RuntimeClass, Toleration } from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, invalidFormat, notSupported } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateLabels } from '../metadata.ts'
import { nodeLabelDeprecation } from '../node-label-deprecations.ts'
import { validateResources } from '../pod/resources.ts'
import { validateTolerations } from '../pod/tolerations.ts'

const HIGHEST_OF_USERS = 1_000_000_000
const RESERVED = 'system-'
const SYSTEM: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}
const POLICIES = ['PreemptLowerPriority', 'Never']

export const priorityClassRules: KindRules<PriorityClass> = {
  validate: (given, old) => {
    const { metadata, value, preemptionPolicy: policy } = given
    const errors: FieldError[] = []
    // What matters does not change.
    if (old !== undefined) return errors
    if (metadata.name?.startsWith(RESERVED)) {
      const why = whyNotSystem(given)
      if (why !== undefined)
        errors.push(
          forbidden(
            'metadata.name',
            `priority class names with '${RESERVED}' prefix are reserved for system use only. error: ${why}`,
          ),
        )
    } else if (value > HIGHEST_OF_USERS)
      errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_OF_USERS}`))
    if (policy !== undefined && !POLICIES.includes(policy))
      errors.push(notSupported('preemptionPolicy', policy, POLICIES))
    return errors
  },
  validateUpdate: (now, old) => [
    ...(now.value === old.value ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...immutable(now.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy'),
  ],
}

function whyNotSystem({ metadata: { name }, value, globalDefault }: PriorityClass): string | undefined {
  const wanted = Object.hasOwn(SYSTEM, name) ? SYSTEM[name] : undefined
  if (wanted === undefined) return `${name} is not a known system priority class`
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

export const runtimeClassRules: KindRules<RuntimeClass> = {
  reportsMissing: true,
  validate: ({ handler, overhead, scheduling }) => [
    ...invalidFormat('handler', handler, dnsLabelProblems(handler)),
    ...(overhead === undefined ? [] : validateResources({ limits: overhead.podFixed }, 'overhead')),
    ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(scheduling?.tolerations ?? [], 'scheduling.tolerations.tolerations'),
    ...duplicateTolerations(scheduling?.tolerations ?? [], 'scheduling.tolerations'),
  ],
  validateUpdate: (now, old) => immutable(now.handler, old.handler, 'handler'),
  warnings: ({ scheduling }) =>
    Object.keys(scheduling?.nodeSelector ?? {}).flatMap((label) => {
      const why = nodeLabelDeprecation(label)
      return why === undefined ? [] : [`scheduling.nodeSelector: ${why}`]
    }),
}

function duplicateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  const seen = new Set<string>()
  return tolerations.flatMap(({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, index) => {
    // As Kubernetes' messages print it.
    const internal = { Key: key, Operator: operator, Value: value, Effect: effect }
    const known = JSON.stringify(internal)
    if (!seen.has(known)) {
      seen.add(known)
      return []
    }
    return [duplicate(`${path}[${index}]`, { ...internal, TolerationSeconds: tolerationSeconds ?? null })]
  })
}
