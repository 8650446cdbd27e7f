/** Huge pages are given out whole. Source: kubernetes v1.34, pkg/apis/core/helper (IsHugePageResourceValueDivisible). */
import { compareQuantities, parseQuantity, quantityMilli, quantityValue } from '../../quantity/index.ts'

const PREFIX = 'hugepages-'

export const isHugePages = (name: string): boolean => name.startsWith(PREFIX)

/** Whether the amount is a whole number of pages; what is no huge page resource is always. */
export function isWholePages(name: string, amount: string | number): boolean {
  if (!isHugePages(name)) return true
  const size = pageSize(name.slice(PREFIX.length))
  return size !== undefined && quantityValue(amount) % size === 0
}

function pageSize(text: string): number | undefined {
  try {
    const size = parseQuantity(text)
    return compareQuantities(size, 0) <= 0 || quantityMilli(size) % 1000 !== 0 ? undefined : quantityValue(size)
  } catch {
    return undefined
  }
}
