/** Nodes. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateNode, ValidateNodeUpdate). */
import {
  blockWarnings,
  ipBlockProblems,
  labelValueProblems,
  parseIpBlock,
  qualifiedNameProblems,
} from '../../formats/index.ts'
import { jsonSyntaxProblem } from '../../decode/index.ts'
import type { Node, NodeStatus, ObjectMeta, Taint } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
} from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateAmount } from './resource-names.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const CIDRS = 'spec.podCIDRs'
/** Not where taints are, but where Kubernetes says they are. */
const TAINTS = 'metadata.taints'

export const nodeRules: KindRules<Node> = {
  reportsMissing: true,
  validate: ({ metadata, spec, status }) => [
    ...validateAvoidance(metadata),
    ...validateTaints(spec?.taints ?? [], TAINTS),
    ...validateAmounts(status),
    ...validateBlocks(spec?.podCIDRs ?? []),
  ],
  validateUpdate: validateChange,
  validateStatusUpdate: validateChange,
  warnings: ({ spec }) => [
    ...(spec?.configSource === undefined ? [] : ['spec.configSource: the feature is removed']),
    ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec?.podCIDRs ?? []).flatMap((cidr, index) => blockWarnings(`${CIDRS}[${index}]`, cidr)),
  ],
}

function validateChange({ metadata, spec, status }: Node, { spec: old }: Node): FieldError[] {
  const errors = [
    ...validateAvoidance(metadata),
    ...validateAmounts(status),
    ...duplicateAddresses(status?.addresses ?? []),
    ...validateBlocksChange(spec.podCIDRs ?? [], old.podCIDRs ?? []),
  ]
  if (old.providerID && old.providerID !== spec.providerID)
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
  errors.push(...validateTaints(spec.taints ?? [], TAINTS))
  if ((old.externalID ?? '') !== (spec.externalID ?? ''))
    errors.push(forbidden('spec.externalID', 'may not be updated'))
  return errors
}

/** They are given once. */
function validateBlocksChange(now: readonly string[], old: readonly string[]): FieldError[] {
  const refused = forbidden(CIDRS, 'node updates may not change podCIDR except from "" to valid')
  if (old.length === 0) return []
  return now.length === old.length ? old.flatMap((cidr, index) => (cidr === now[index] ? [] : [refused])) : [refused]
}

const AVOIDANCE = 'scheduler.alpha.kubernetes.io/preferAvoidPods'

/** The annotation by which pods of some controllers were kept away. */
function validateAvoidance({ annotations = {} }: Partial<ObjectMeta>): FieldError[] {
  const text = Object.hasOwn(annotations, AVOIDANCE) ? annotations[AVOIDANCE] : undefined
  if (!text) return []
  try {
    const { preferAvoidPods = [] } = (JSON.parse(text) ?? {}) as Avoidance
    return preferAvoidPods.flatMap(({ podSignature }, index) =>
      podSignature?.podController === undefined
        ? [required(`metadata.annotations.${AVOIDANCE}[${index}].PodSignature`)]
        : [],
    )
  } catch {
    return [invalidValue('metadata.annotations.AvoidPods', AVOIDANCE, jsonSyntaxProblem(text))]
  }
}

interface Avoidance {
  preferAvoidPods?: { podSignature?: { podController?: object } }[]
}

function validateTaints(taints: readonly Taint[], path: string): FieldError[] {
  const seen = new Set<string>()
  return taints.flatMap((taint: Partial<Taint>, index) => {
    const { key = '', value = '', effect = '' } = taint
    const at = `${path}[${index}]`
    const errors = invalidFormat(`${at}.key`, key, qualifiedNameProblems(key))
    const problems = labelValueProblems(value)
    if (problems.length > 0) errors.push(invalidValue(`${at}.value`, value, problems.join(';')))
    if (effect === '') errors.push(required(`${at}.effect`))
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS))
    const pair = `${effect} ${key}`
    if (seen.has(pair)) {
      const same = duplicate(at, internalTaint(taint))
      errors.push({ ...same, message: `${same.message}: taints must be unique by key and effect pair` })
    }
    seen.add(pair)
    return errors
  })
}

/** As Kubernetes' messages print it. */
const internalTaint = ({ key = '', value = '', effect = '', timeAdded }: Partial<Taint>) => ({
  Key: key,
  Value: value,
  Effect: effect,
  TimeAdded: timeAdded ?? null,
})

const validateAmounts = (status: NodeStatus | undefined): FieldError[] =>
  (['capacity', 'allocatable'] as const).flatMap((field) =>
    Object.entries(status?.[field] ?? {}).flatMap(([name, amount]) =>
      validateAmount(name, amount, `status.${field}.${name}`),
    ),
  )

function validateBlocks(cidrs: readonly string[]): FieldError[] {
  const errors = cidrs.flatMap((cidr, index) => invalidFormat(`${CIDRS}[${index}]`, cidr, ipBlockProblems(cidr)))
  const families = new Set(cidrs.map((cidr) => parseIpBlock(cidr)?.family))
  if (cidrs.length > families.size)
    errors.push(invalidValue(CIDRS, cidrs, 'may specify no more than one CIDR for each IP family'))
  return errors
}

function duplicateAddresses(addresses: readonly { type: string; address: string }[]): FieldError[] {
  const seen = new Set<string>()
  return addresses.flatMap((one, index) => {
    const key = `${one.type} ${one.address}`
    const errors = seen.has(key)
      ? [duplicate(`status.addresses[${index}]`, { Type: one.type, Address: one.address })]
      : []
    seen.add(key)
    return errors
  })
}
