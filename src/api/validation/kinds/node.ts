/** Nodes. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateNode, ValidateNodeUpdate). */
import { ipBlockProblems, labelValueProblems, parseIpBlock, qualifiedNameProblems } from '../../formats/index.ts'
import type { Node, NodeStatus, Taint } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
} from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateAmount } from './resource-names.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const CIDRS = 'spec.podCIDRs'

export const nodeRules: KindRules<Node> = {
  validate: ({ spec, status }, old) => [
    // The path is not where taints are, but where Kubernetes says they are.
    ...validateTaints(spec?.taints ?? [], 'metadata.taints'),
    ...validateAmounts(status),
    ...(old === undefined ? validateBlocks(spec?.podCIDRs ?? []) : []),
  ],
  validateUpdate: ({ spec = {}, status }: Partial<Node>, { spec: old = {} }: Partial<Node>) => {
    const errors = duplicateAddresses(status?.addresses ?? [])
    if ((old.podCIDRs ?? []).length > 0 && !sameValue(spec.podCIDRs, old.podCIDRs))
      errors.push(forbidden(CIDRS, 'node updates may not change podCIDR except from "" to valid'))
    if (old.providerID && old.providerID !== spec.providerID)
      errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
    if ((old.externalID ?? '') !== (spec.externalID ?? ''))
      errors.push(forbidden('spec.externalID', 'may not be updated'))
    return errors
  },
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
      const same = duplicate(at, taint)
      errors.push({ ...same, message: `${same.message}: taints must be unique by key and effect pair` })
    }
    seen.add(pair)
    return errors
  })
}

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
    const errors = seen.has(key) ? [duplicate(`status.addresses[${index}]`, one)] : []
    seen.add(key)
    return errors
  })
}
