/** How many pods a rollout may take away and add. Source: kubernetes v1.34, pkg/apis/apps/validation. */
import type { DaemonSetUpdateStrategy, DeploymentStrategy } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.ts'
import { nonNegativeOrPercent, notMoreThanAll, percentOf } from '../numbers.ts'

type Amount = string | number | undefined

/** Both strategies have the same shape. */
type Strategy = DeploymentStrategy & DaemonSetUpdateStrategy

export function validateDeploymentStrategy(strategy: DeploymentStrategy): FieldError[] {
  const { type, rollingUpdate } = strategy
  const path = 'spec.strategy.rollingUpdate'
  if (type === 'Recreate')
    return rollingUpdate === undefined
      ? []
      : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")]
  if (type !== 'RollingUpdate')
    return [notSupported('spec.strategy', printedStrategy(strategy), ['Recreate', 'RollingUpdate'])]
  const { maxSurge, maxUnavailable } = rollingUpdate ?? {}
  const errors = [
    ...nonNegativeOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...nonNegativeOrPercent(maxSurge, `${path}.maxSurge`),
  ]
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  return [...errors, ...notMoreThanAll(maxUnavailable, `${path}.maxUnavailable`)]
}

export function validateDaemonSetStrategy(strategy: DaemonSetUpdateStrategy): FieldError[] {
  const { type, rollingUpdate } = strategy
  const path = 'spec.updateStrategy.rollingUpdate'
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate')
    return [notSupported('spec.updateStrategy', printedStrategy(strategy), ['RollingUpdate', 'OnDelete'])]
  const { maxSurge, maxUnavailable } = rollingUpdate ?? {}
  const errors = [
    ...nonNegativeOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...nonNegativeOrPercent(maxSurge, `${path}.maxSurge`),
    ...notMoreThanAll(maxUnavailable, `${path}.maxUnavailable`),
    ...notMoreThanAll(maxSurge, `${path}.maxSurge`),
  ]
  if (!isZero(maxUnavailable) && !isZero(maxSurge))
    errors.push(invalidValue(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  return errors
}

/** What is no percentage is read as a number, and as 0 where it is none. */
export const isZero = (value: Amount): boolean => (percentOf(value) ?? (Number(value ?? 0) || 0)) === 0

/** Errors print it by the names of Go's fields. */
const printedStrategy = ({ type, rollingUpdate: rolling }: Strategy) => ({
  Type: type ?? '',
  RollingUpdate: rolling ? { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 } : null,
})
