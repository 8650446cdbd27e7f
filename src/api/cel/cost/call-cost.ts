/** What calls cost when they are made. The limits on costs are part of the API: what may run on one server may run on
 *  all. Source: cel-go v0.26, interpreter/runtimecost.go; k8s.io/apiserver v0.34, pkg/cel/library/cost.go. */
import { FormatValue } from '../functions/kubernetes/formats.ts'
import { CidrValue, IpValue } from '../functions/kubernetes/addresses.ts'
import { sizeOf } from '../values/collections.ts'
import {
  isError,
  ListValue,
  MapValue,
  type Meter,
  OpaqueValue,
  Optional,
  type Result,
  type Value,
} from '../values/value.ts'

const STRING_FACTOR = 0.1
const REGEX_FACTOR = 0.25
export const AUTHORIZATION_COST = 350_000

export function callCost(name: string, id: string, args: readonly Value[], meter: Meter): number {
  const [first = null, second = null] = args
  const byName = COSTS.get(name)
  return (byName ?? byOverload(id))(first, second, { id, meter })
}

export function costOfJoin(result: Result): number {
  return Math.ceil((isError(result) ? 1 : actualSize(result)) * 2 * STRING_FACTOR)
}

interface Of {
  id: string
  meter: Meter
}
type Cost = (first: Value, second: Value, of: Of) => number

const traverse = (size: number): number => Math.ceil(size * STRING_FACTOR)
const one: Cost = () => 1
const traversal: Cost = (first) => traverse(actualSize(first))
const twice: Cost = (first) => Math.ceil(actualSize(first) * 2 * STRING_FACTOR)
const regex = (text: number, pattern: number): number => traverse(1 + text) * Math.ceil(pattern * REGEX_FACTOR)
const regexCost: Cost = (first, second) => regex(actualSize(first), actualSize(second))

function actualSize(value: Value): number {
  const size = sizeOf(value)
  if (size !== undefined) return size
  if (value instanceof IpValue) return value.bits / 8
  if (value instanceof CidrValue) return Math.ceil(value.length / 8)
  if (value instanceof Optional && value.value !== undefined) return actualSize(value.value)
  return 1
}

/** The cost of going through a value in depth. */
function deepSize(value: Value, meter: Meter): number {
  if (typeof value === 'string') return Math.trunc(Buffer.byteLength(value) * STRING_FACTOR)
  if (value instanceof Uint8Array) return Math.trunc(value.length * STRING_FACTOR)
  if (!(value instanceof ListValue) && !(value instanceof MapValue)) return 1
  let cost = 0
  const addUp = (part: Result | undefined) => {
    meter.work(1)
    if (part !== undefined && !isError(part)) cost += deepSize(part, meter)
  }
  if (value instanceof ListValue) for (let index = 0; index < value.size; index++) addUp(value.get(index))
  else
    for (const key of value.keys()) {
      addUp(key)
      addUp(value.find(key))
    }
  return cost
}

function selector(_: Value, text: Value): number {
  const size = actualSize(text)
  const requirements = Math.ceil(size * 0.5)
  return 10 + traverse(size) + Math.ceil(requirements * 50)
}

const containsIp: Cost = (cidr, ip, { id }) =>
  Math.ceil(actualSize(cidr) * 2 * STRING_FACTOR) + (id === 'cidr_contains_ip_string' ? traverse(actualSize(ip)) : 0)

const containsCidr: Cost = (cidr, other, { id }) =>
  Math.ceil(actualSize(cidr) * 2 * STRING_FACTOR) +
  traverse(actualSize(cidr)) +
  1 +
  (id === 'cidr_contains_cidr_string' ? traverse(actualSize(other)) : 0)

const validateFormat: Cost = (format, text) =>
  format instanceof FormatValue ? regex(actualSize(text), format.format.patternSize) : 1

const smaller: Cost = (a, b) => traverse(Math.min(actualSize(a), actualSize(b)))
const equality: Cost = (a, b) => (a instanceof OpaqueValue ? 1 : smaller(a, b, { id: '', meter: IDLE }))
const IDLE: Meter = { work: () => undefined }
const sets =
  (factor: number): Cost =>
  (a, b) =>
    1 + actualSize(a) * actualSize(b) * factor

const named = (cost: Cost, ...names: string[]): [string, Cost][] => names.map((name) => [name, cost])

const COSTS: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...named(() => AUTHORIZATION_COST, 'check'),
  ...named(one, 'serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name'),
  ...named(one, 'allowed', 'reason', 'error', 'errored', 'format.named'),
  ...named(one, 'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast'),
  ...named(one, 'isLinkLocalUnicast', 'isGlobalUnicast', 'sign', 'asInteger', 'isInteger', 'asApproximateFloat'),
  ...named(one, 'isGreaterThan', 'isLessThan', 'compareTo', 'add', 'sub', 'major', 'minor', 'patch'),
  ...named(one, 'getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath', 'getQuery'),
  ...named(selector, 'fieldSelector', 'labelSelector'),
  ...named((list, _, { meter }) => deepSize(list, meter), 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ...named(traversal, 'url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'cidr', 'isIP', 'isCIDR'),
  ...named(traversal, 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ...named(twice, 'replace', 'split', 'ip.isCanonical'),
  ...named(regexCost, 'find', 'findAll'),
  ...named((first, _, { id }) => (id === 'cidr_ip' ? 1 : traverse(actualSize(first))), 'ip'),
  ...named(containsIp, 'containsIP'),
  ...named(containsCidr, 'containsCIDR'),
  ...named(validateFormat, 'validate'),
  ...named(equality, '_==_'),
])

const OVERLOADS: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...named(
    traversal,
    'starts_with_string',
    'ends_with_string',
    'string_to_bytes',
    'bytes_to_string',
    'string_format',
    'strings_quote',
  ),
  ...named((_, list) => actualSize(list), 'in_list'),
  ...named(smaller, 'less_string', 'greater_string', 'less_equals_string', 'greater_equals_string'),
  ...named(smaller, 'less_bytes', 'greater_bytes', 'less_equals_bytes', 'greater_equals_bytes', 'not_equals'),
  ...named((a, b) => traverse(actualSize(a) + actualSize(b)), 'add_string', 'add_bytes'),
  ...named(regexCost, 'matches_string'),
  ...named((text, part) => traverse(actualSize(text)) * traverse(actualSize(part)), 'contains_string'),
  ...named(sets(1), 'list_sets_contains_list', 'list_sets_intersects_list'),
  ...named(sets(2), 'list_sets_equivalent_list'),
])

const byOverload = (id: string): Cost => OVERLOADS.get(id) ?? one
