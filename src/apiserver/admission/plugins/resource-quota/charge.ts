/** What a write costs a quota, and whether the quota can bear it. Source of rules and wording: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/resourcequota/controller.go (CheckRequest). */
import { addLists, compareQuantities, type k8s, maskList, subtractLists } from '../../../../api/index.ts'
import { inScopes, type QuotaEvaluator } from '../../../../api/machinery.ts'
import type { AnyObject } from '../../../registry/any-object.ts'

export interface Write {
  evaluator: QuotaEvaluator
  object: AnyObject
  oldObject: AnyObject | undefined
  nowMs: number
  /** The controller tells what is; it is not refused. */
  isStatus: boolean
}

export type Charge =
  /** Nothing to pay. */
  | { kind: 'none' }
  | { kind: 'refused'; why: string }
  /** What the quota's `used` has to grow by. */
  | { kind: 'charged'; usage: Record<string, string> }

const NONE: Charge = { kind: 'none' }

export function chargeOf(quota: k8s.ResourceQuota, { evaluator, object, oldObject, nowMs }: Write): Charge {
  const hard = quota.status?.hard ?? {}
  const names = Object.keys(hard).filter((name) => evaluator.charges(name))
  if (names.length === 0 || !inScopes(quota, evaluator, object)) return NONE
  const { name } = quota.metadata
  const missing = evaluator.missing?.(object, names)
  if (missing !== undefined) return { kind: 'refused', why: `failed quota: ${name}: ${missing}` }
  const used = quota.status?.used ?? {}
  if (names.some((one) => !Object.hasOwn(used, one)))
    return { kind: 'refused', why: `status unknown for quota: ${name}, resources: ${names.sort().join(',')}` }
  const usage = evaluator.usage(object, nowMs)
  const negative = Object.keys(usage).filter((one) => compareQuantities(usage[one] ?? 0, 0) < 0)
  if (negative.length > 0)
    return { kind: 'refused', why: `quota usage is negative for resource(s): ${negative.sort().join(',')}` }
  const before = oldObject !== undefined && inScopes(quota, evaluator, oldObject) ? oldObject : undefined
  const delta = before === undefined ? usage : subtractLists(usage, evaluator.usage(before, nowMs))
  const charged = withoutZeros(maskList(delta, Object.keys(hard)))
  return Object.keys(charged).length === 0 ? NONE : { kind: 'charged', usage: charged }
}

const withoutZeros = (list: Record<string, string>) =>
  Object.fromEntries(Object.entries(list).filter(([, amount]) => compareQuantities(amount, 0) !== 0))

/** The status after paying, or why that is too much. */
export function pay(
  quota: k8s.ResourceQuota,
  usage: Record<string, string>,
  isStatus: boolean,
): { used: Record<string, string> } | { why: string } {
  const { hard = {}, used = {} } = quota.status ?? {}
  const total = addLists(used, usage)
  const exceeded = Object.keys(usage).filter(
    (name) => Object.hasOwn(hard, name) && compareQuantities(total[name] ?? 0, hard[name] ?? 0) > 0,
  )
  if (exceeded.length === 0 || isStatus) return { used: total }
  const of = (list: Record<string, string | number>) => printed(maskList(list, exceeded))
  const { name } = quota.metadata
  return { why: `exceeded quota: ${name}, requested: ${of(usage)}, used: ${of(used)}, limited: ${of(hard)}` }
}

const printed = (list: Record<string, string>) =>
  Object.entries(list)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${amount}`)
    .join(',')
