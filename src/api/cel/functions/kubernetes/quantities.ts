/** quantity(), isQuantity() and what quantities can do. Source: k8s.io/apiserver v0.34, pkg/cel/library/quantity.go. */
import { compareQuantities, parseQuantity, type Quantity } from '../../../quantity/index.ts'
import { func, type Implementation, method, type Overload } from '../../check/overload.ts'
import { BOOL, DOUBLE, INT, objectType, STRING } from '../../check/types.ts'
import { INT_MAX, INT_MIN } from '../../values/numbers.ts'
import { EvalError, noSuchOverload, OpaqueValue, type Result, type Value } from '../../values/value.ts'

export const QUANTITY = objectType('kubernetes.Quantity')

class QuantityValue extends OpaqueValue {
  readonly type = QUANTITY
  readonly quantity: Quantity
  constructor(quantity: Quantity) {
    super()
    this.quantity = quantity
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && compareQuantities(this.quantity, other.quantity) === 0
  }
}

function parse(text: Value | undefined): Result {
  if (typeof text !== 'string') return noSuchOverload()
  try {
    return new QuantityValue(parseQuantity(text))
  } catch (error) {
    return new EvalError((error as Error).message)
  }
}

const onQuantity =
  (compute: (quantity: Quantity, other: Quantity) => Result): Implementation =>
  ([value, other]) => {
    if (!(value instanceof QuantityValue)) return noSuchOverload()
    if (typeof other === 'bigint')
      return compute(value.quantity, { digits: other, exponent: 0, format: 'DecimalExponent' })
    if (other === undefined) return compute(value.quantity, value.quantity)
    return other instanceof QuantityValue ? compute(value.quantity, other.quantity) : noSuchOverload()
  }

const scaled = ({ digits, exponent }: Quantity, to: number): bigint => digits * 10n ** BigInt(exponent - to)

const plus = (sign: bigint) =>
  onQuantity((a, b) => {
    const exponent = Math.min(a.exponent, b.exponent)
    return new QuantityValue({ ...a, digits: scaled(a, exponent) + sign * scaled(b, exponent), exponent })
  })

/** Undefined for what has a fraction or is too large. */
function asInteger({ digits, exponent }: Quantity): bigint | undefined {
  const value = exponent >= 0 ? digits * 10n ** BigInt(exponent) : wholePart(digits, 10n ** BigInt(-exponent))
  return value === undefined || value < INT_MIN || value > INT_MAX ? undefined : value
}

const wholePart = (digits: bigint, by: bigint): bigint | undefined => (digits % by === 0n ? digits / by : undefined)

const Q = [QUANTITY]
const QQ = [QUANTITY, QUANTITY]

export const quantityFunctions: Record<string, readonly Overload[]> = {
  quantity: [func(['string_to_quantity', [STRING], QUANTITY], ([text]) => parse(text))],
  isQuantity: [func(['is_quantity_string', [STRING], BOOL], ([text]) => parse(text) instanceof QuantityValue)],
  sign: [
    func(
      ['quantity_sign', Q, INT],
      onQuantity(({ digits }) => (digits > 0n ? 1n : digits < 0n ? -1n : 0n)),
    ),
  ],
  isGreaterThan: [
    method(
      ['quantity_is_greater_than', QQ, BOOL],
      onQuantity((a, b) => compareQuantities(a, b) > 0),
    ),
  ],
  isLessThan: [
    method(
      ['quantity_is_less_than', QQ, BOOL],
      onQuantity((a, b) => compareQuantities(a, b) < 0),
    ),
  ],
  compareTo: [
    method(
      ['quantity_compare_to', QQ, INT],
      onQuantity((a, b) => BigInt(compareQuantities(a, b))),
    ),
  ],
  asApproximateFloat: [
    method(
      ['quantity_get_float', Q, DOUBLE],
      onQuantity(({ digits, exponent }) => Number(`${digits}e${exponent}`)),
    ),
  ],
  asInteger: [
    method(
      ['quantity_get_int', Q, INT],
      onQuantity((quantity) => asInteger(quantity) ?? new EvalError('cannot convert value to integer')),
    ),
  ],
  isInteger: [
    method(
      ['quantity_is_integer', Q, BOOL],
      onQuantity((quantity) => asInteger(quantity) !== undefined),
    ),
  ],
  add: [
    method(['quantity_add', QQ, QUANTITY], plus(1n)),
    method(['quantity_add_int', [QUANTITY, INT], QUANTITY], plus(1n)),
  ],
  sub: [
    method(['quantity_sub', QQ, QUANTITY], plus(-1n)),
    method(['quantity_sub_int', [QUANTITY, INT], QUANTITY], plus(-1n)),
  ],
}
