/** Amounts of bytes that are no whole numbers are let pass, with a word. Source: kubernetes v1.34, pkg/api/pod,
 *  pkg/api/persistentvolumeclaim. */
import { formatQuantity, parseQuantity, quantityMilli } from '../quantity/index.ts'

/** `path` is the amount's own. */
export function fractionalBytesWarnings(amount: string | number | undefined, path: string): string[] {
  if (amount === undefined || quantityMilli(amount) % 1000 === 0) return []
  const text = formatQuantity(parseQuantity(amount))
  return [`${path}: fractional byte value "${text}" is invalid, must be an integer`]
}
