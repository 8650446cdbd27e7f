/** What holds a pod back from being scheduled, or from being ready. Source: kubernetes v1.34,
 *  pkg/apis/core/validation (validateSchedulingGates, validateReadinessGates). */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { PodReadinessGate, PodSchedulingGate } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat } from '../field-error.ts'

export function validateSchedulingGates(gates: readonly PodSchedulingGate[], path: string): FieldError[] {
  const names = new Set<string>()
  return gates.flatMap(({ name = '' }: Partial<PodSchedulingGate>, index) => {
    const errors = invalidFormat(`${path}[${index}]`, name, qualifiedNameProblems(name))
    if (names.has(name)) errors.push(duplicate(`${path}[${index}]`, name))
    names.add(name)
    return errors
  })
}

export const validateReadinessGates = (gates: readonly PodReadinessGate[], path: string): FieldError[] =>
  gates.flatMap(({ conditionType: type = '' }: Partial<PodReadinessGate>, index) =>
    invalidFormat(`${path}[${index}].conditionType`, type, qualifiedNameProblems(type)),
  )
