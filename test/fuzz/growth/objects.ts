/** JSON patches and selectors over objects. */
import { labelSelectorMatches, resources } from '../../../src/api/index.ts'
import { applyPatch } from '../../../src/api/machinery.ts'
import { configMap, keyed, type NamedGrowth, range, refusable } from './named-growth.ts'

export const objectGrowths: readonly NamedGrowth[] = [
  patched(
    'operations on a map',
    (size) => range(Math.min(size, 10_000), (index) => ({ op: 'add', path: `/data/k${index}`, value: 'v' })),
    () => configMap({}),
  ),
  patched(
    'operations at the end of a list',
    (size) => range(Math.min(size, 10_000), () => ({ op: 'add', path: '/data/-', value: 'v' })),
    () => ({ data: [] }),
  ),
  patched(
    'long pointers',
    (size) => [{ op: 'test', path: '/a'.repeat(size), value: 1 }],
    () => ({}),
  ),
  {
    name: 'selectors of many values',
    growth: {
      input: (size) => {
        const values = range(size, (index) => `v${index}`)
        const selector = {
          matchExpressions: [{ key: 'a', operator: 'In', values }],
          matchLabels: keyed(size, () => 'a'),
        }
        const labels = keyed(size, () => 'a')
        return {
          bytes: JSON.stringify(selector).length,
          run: () => labelSelectorMatches(selector, { ...labels, a: 'none' }),
        }
      },
    },
  },
]

function patched(name: string, patch: (size: number) => unknown[], target: (size: number) => unknown): NamedGrowth {
  return {
    name,
    growth: {
      input: (size) => {
        const [operations, object] = [patch(size), target(size)]
        const bytes = operations.length < size && size > 10_000 ? Infinity : JSON.stringify(operations).length
        return { bytes, run: () => refusable(() => applyPatch('json', resources.configmaps, object, operations)) }
      },
    },
  }
}
