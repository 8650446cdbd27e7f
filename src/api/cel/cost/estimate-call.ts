/** What a call may cost at most, and how large its result may be. Source: cel-go v0.26, checker/cost.go;
 *  k8s.io/apiserver v0.34, pkg/cel/library/cost.go. */
import {
  type CallShape,
  type Estimate,
  REGEX_FACTOR,
  type SizedNode,
  type Sizes,
  STRING_FACTOR,
  sizeIn,
} from './call-shape.ts'
import { ESTIMATES } from './estimates.ts'
import { addRanges, fixed, multiply, ONE, type Range, times, UNKNOWN, union } from './range.ts'

export function estimateCall(call: CallShape, sizes: Sizes): Estimate {
  const own = setEstimate(call, sizes) ?? ESTIMATES.get(call.name)?.(call, sizes)
  if (own !== undefined) return { ...own, cost: addRanges(own.cost, ...call.costs) }
  return standard(call)
}

const sizeOr = (node: SizedNode | undefined): Range => node?.size ?? UNKNOWN

function setEstimate({ overload, args }: CallShape, sizes: Sizes): Estimate | undefined {
  const factor = { list_sets_contains_list: 1, list_sets_intersects_list: 1, list_sets_equivalent_list: 2 }[overload]
  if (factor === undefined || args.length !== 2) return undefined
  const product = multiply(sizeIn(args[0], sizes), sizeIn(args[1], sizes))
  return { cost: addRanges(times(product, factor), ONE) }
}

function standard(call: CallShape): Estimate {
  const { overload, target, args, costs } = call
  const [first, second, third] = args
  const [firstCost = ONE, secondCost = ONE, thirdCost = ONE] = costs
  const withArgs = (cost: Range): Range => addRanges(cost, ...costs)
  switch (overload) {
    case 'logical_and':
    case 'logical_or':
      return { cost: { min: firstCost.min, max: addRanges(firstCost, secondCost).max } }
    case 'conditional':
      return { cost: addRanges(firstCost, union(secondCost, thirdCost)), size: union(sizeOr(second), sizeOr(third)) }
    case 'string_format':
      return { cost: withArgs(times(sizeOr(target), STRING_FACTOR)) }
    case 'string_to_bytes': {
      const { min, max } = sizeOr(first)
      return { cost: withArgs(times(sizeOr(first), STRING_FACTOR)), size: { min, max: max * 4 } }
    }
    case 'bytes_to_string': {
      const { min, max } = sizeOr(first)
      return { cost: withArgs(times(sizeOr(first), STRING_FACTOR)), size: { min: Math.trunc(min / 4), max } }
    }
    case 'strings_quote': {
      const { min, max } = sizeOr(first)
      return { cost: withArgs(times(sizeOr(first), STRING_FACTOR)), size: { min: min + 2, max: max * 2 + 2 } }
    }
    case 'starts_with_string':
    case 'ends_with_string':
      return { cost: withArgs(times(sizeOr(first), STRING_FACTOR)) }
    case 'in_list':
      return { cost: withArgs(sizeOr(second)) }
    default:
      return product(call) ?? sum(call) ?? comparison(call) ?? { cost: withArgs(ONE) }
  }
}

function product({ overload, target, args: [first], costs }: CallShape): Estimate | undefined {
  if (target === undefined) return undefined
  if (overload === 'matches_string') {
    const text = times(addRanges(sizeOr(target), fixed(1)), STRING_FACTOR)
    return { cost: addRanges(multiply(text, times(sizeOr(first), REGEX_FACTOR)), ...costs) }
  }
  if (overload !== 'contains_string') return undefined
  const [text, part] = [times(sizeOr(target), STRING_FACTOR), times(sizeOr(first), STRING_FACTOR)]
  return { cost: addRanges(multiply(text, part), ...costs) }
}

function sum({ overload, args: [first, second], costs }: CallShape): Estimate | undefined {
  if (overload !== 'add_string' && overload !== 'add_bytes' && overload !== 'add_list') return undefined
  const size = addRanges(sizeOr(first), sizeOr(second))
  const cost = overload === 'add_list' ? ONE : times(size, STRING_FACTOR)
  return { cost: addRanges(cost, ...costs), size }
}

const COMPARISON = /^(?:less|greater|less_equals|greater_equals)_(?:string|bytes)$|^(?:not_)?equals$/

function comparison({ overload, args: [first, second], costs }: CallShape): Estimate | undefined {
  if (!COMPARISON.test(overload)) return undefined
  const max = Math.min(sizeOr(first).max, sizeOr(second).max)
  return { cost: addRanges(times({ min: max > 0 ? 1 : 0, max }, STRING_FACTOR), ...costs) }
}
