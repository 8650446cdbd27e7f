/** Estimates of Kubernetes' own functions. Source: k8s.io/apiserver v0.34, pkg/cel/library/cost.go. */
import { sameType } from '../check/types.ts'
import { AUTHORIZATION_COST } from './call-cost.ts'
import {
  type CallShape,
  type Estimate,
  REGEX_FACTOR,
  type SizedNode,
  type Sizes,
  sizeIn,
  STRING_FACTOR,
} from './call-shape.ts'
import { addRanges, fixed, multiply, NONE, ONE, type Range, times, UNBOUNDED } from './range.ts'

type Estimator = (call: CallShape, sizes: Sizes) => Estimate | undefined

const MAX_FORMAT_PATTERN = 128

/** The elements of a list that is a declared variable, or a part of one. */
function elementOf({ type, path }: SizedNode): SizedNode | undefined {
  const element = type?.params[0]
  if (element === undefined) return undefined
  return { node: undefined, type: element, path: path.length === 0 ? [] : [...path, '@items'], size: undefined }
}

const traverse = (size: Range): Range => times(size, STRING_FACTOR)

const one: Estimator = () => ({ cost: ONE })

const traverseFirst: Estimator = ({ args }, sizes) =>
  args.length === 0 ? undefined : { cost: traverse(sizeIn(args[0], sizes)) }

const overList: Estimator = ({ target }, sizes) => {
  if (target === undefined) return undefined
  const size = sizeIn(target, sizes)
  const element = elementOf(target)
  if (element === undefined) return { cost: traverse(size) }
  const text = element.type?.kind === 'string' || element.type?.kind === 'bytes'
  return { cost: multiply(size, text ? addRanges(ONE, traverse(sizeIn(element, sizes))) : ONE) }
}

const url: Estimator = ({ args }, sizes) => {
  if (args.length !== 1) return undefined
  const size = sizeIn(args[0], sizes)
  return { cost: traverse(size), size }
}

const sameSize: Estimator = ({ target }, sizes) => {
  if (target === undefined) return undefined
  const size = sizeIn(target, sizes)
  return { cost: traverse(size), size }
}

const replace: Estimator = ({ target, args }, sizes) => {
  if (target === undefined || args.length < 2) return undefined
  const [text, from, to] = [sizeIn(target, sizes), sizeIn(args[0], sizes), sizeIn(args[1], sizes)]
  const size = { min: shortest(text, from, to), max: longest(text, from, to) }
  return { cost: times(text, 2 * STRING_FACTOR), size }
}

function longest(text: Range, from: Range, to: Range): number {
  if (from.min === 0) return Math.min(UNBOUNDED, (text.max < UNBOUNDED ? text.max + 1 : text.max) * to.max + text.max)
  if (to.max <= from.min) return text.max
  return Math.min(UNBOUNDED, Math.ceil(text.max / from.min) * to.max)
}

function shortest(text: Range, from: Range, to: Range): number {
  if (from.max === 0) return Math.min(UNBOUNDED, (text.min < UNBOUNDED ? text.min + 1 : text.min) * to.min + text.min)
  if (from.max <= to.min) return text.min
  return Math.min(UNBOUNDED, Math.ceil(text.min / from.max) * to.min)
}

const split: Estimator = ({ target, args }, sizes) => {
  if (target === undefined) return undefined
  const text = sizeIn(target, sizes)
  const limit = args[1]?.node
  const known = limit?.kind === 'literal' && typeof limit.value === 'bigint' ? limit.value : undefined
  const max = known === undefined ? text.max : known < 0n ? UNBOUNDED : Number(known)
  return { cost: times(text, 2 * STRING_FACTOR), size: { min: 0, max } }
}

const join: Estimator = ({ target, args }, sizes) => {
  if (target === undefined) return undefined
  const list = sizeIn(target, sizes)
  const element = elementOf(target)
  let size = element === undefined ? NONE : multiply(list, sizeIn(element, sizes))
  if (args.length > 0) {
    const separators = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) }
    size = addRanges(size, multiply(sizeIn(args[0], sizes), separators))
  }
  return { cost: traverse(size), size }
}

const find: Estimator = ({ target, args }, sizes) => {
  if (target === undefined || args.length === 0) return undefined
  const text = sizeIn(target, sizes)
  const pattern = times(sizeIn(args[0], sizes), REGEX_FACTOR)
  return { cost: multiply(traverse(addRanges(text, fixed(1))), pattern), size: { min: 0, max: text.max } }
}

const ip: Estimator = (call, sizes) => (call.overload === 'cidr_ip' ? { cost: ONE } : traverseFirst(call, sizes))

const canonical: Estimator = ({ args }, sizes) =>
  args.length === 0 ? undefined : { cost: times(sizeIn(args[0], sizes), 2 * STRING_FACTOR) }

/** An address has 4 or 16 bytes. */
const ADDRESS: Range = { min: 4, max: 16 }
const COMPARED = traverse(addRanges(ADDRESS, ADDRESS))

const containsIp: Estimator = ({ overload, args }, sizes) => {
  if (args.length === 0) return undefined
  const parsed = overload === 'cidr_contains_ip_string' ? traverse(sizeIn(args[0], sizes)) : NONE
  return { cost: addRanges(COMPARED, parsed) }
}

const containsCidr: Estimator = ({ overload, args }, sizes) => {
  if (args.length === 0) return undefined
  const parsed = overload === 'cidr_contains_cidr_string' ? traverse(sizeIn(args[0], sizes)) : NONE
  return { cost: addRanges(COMPARED, traverse(ADDRESS), ONE, parsed) }
}

const validate: Estimator = ({ args }, sizes) =>
  args.length === 0 ? undefined : { cost: times(traverse(sizeIn(args[0], sizes)), MAX_FORMAT_PATTERN * REGEX_FACTOR) }

const selector: Estimator = ({ args }, sizes) => {
  if (args.length !== 1) return undefined
  const size = sizeIn(args[0], sizes)
  return { cost: addRanges(fixed(10), traverse(size), times(times(size, 0.5), 50)) }
}

const MAX_FORMAT_NAME = 64
const CHEAP = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
])

const equals: Estimator = ({ args: [left, right] }) => {
  if (left?.type === undefined || right?.type === undefined || !sameType(left.type, right.type)) return undefined
  const { name } = left.type
  if (CHEAP.has(name)) return { cost: ONE }
  if (name === 'kubernetes.NamedFormat') return { cost: traverse({ min: 1, max: MAX_FORMAT_NAME }) }
  if (name !== 'kubernetes.URL') return undefined
  return { cost: traverse({ min: 1, max: right.size?.max ?? 1 }) }
}

const named = (estimator: Estimator, ...names: string[]): [string, Estimator][] =>
  names.map((name) => [name, estimator])

export const ESTIMATES: ReadonlyMap<string, Estimator> = new Map<string, Estimator>([
  ...named(() => ({ cost: fixed(AUTHORIZATION_COST) }), 'check'),
  ...named(one, 'serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name'),
  ...named(one, 'allowed', 'reason', 'error', 'errored', 'format.named'),
  ...named(one, 'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast'),
  ...named(one, 'isLinkLocalUnicast', 'isGlobalUnicast', 'sign', 'asInteger', 'isInteger', 'asApproximateFloat'),
  ...named(one, 'isGreaterThan', 'isLessThan', 'compareTo', 'add', 'sub', 'major', 'minor', 'patch'),
  ...named(one, 'getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath', 'getQuery'),
  ...named(selector, 'fieldSelector', 'labelSelector'),
  ...named(overList, 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ...named(url, 'url'),
  ...named(sameSize, 'lowerAscii', 'upperAscii', 'substring', 'trim'),
  ...named(replace, 'replace'),
  ...named(split, 'split'),
  ...named(join, 'join'),
  ...named(find, 'find', 'findAll'),
  ...named(traverseFirst, 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ...named(ip, 'ip'),
  ...named(canonical, 'ip.isCanonical'),
  ...named(containsIp, 'containsIP'),
  ...named(containsCidr, 'containsCIDR'),
  ...named(validate, 'validate'),
  ...named(equals, '_==_'),
])
