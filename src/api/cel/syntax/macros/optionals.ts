/** optMap and optFlatMap: go on with what an optional holds. Source: cel-go v0.26, cel/library.go. */
import type { Expression } from '../ast.ts'
import { OPERATOR } from '../ast.ts'
import { copyExpression } from './copy.ts'
import type { Macro, MacroCall } from './macro.ts'
import { argument, MacroError, Maker, targetOf } from './macro.ts'

const UNUSED = '#unused'

export const optMap: Macro = (call) => {
  const make = new Maker(call)
  return whenPresent(call, make, 'optMap', (bound) => make.call('optional.of', bound))
}

export const optFlatMap: Macro = (call) => whenPresent(call, new Maker(call), 'optFlatMap', (bound) => bound)

function whenPresent(call: MacroCall, make: Maker, name: string, wrap: (bound: Expression) => Expression): Expression {
  const variable = argument(call, 0)
  if (variable.kind !== 'identifier') {
    throw new MacroError(`${name}() variable name must be a simple identifier`, variable.at)
  }
  const target = targetOf(call)
  const bound = make.fold({
    iterVar: UNUSED,
    iterVar2: undefined,
    accuVar: variable.name,
    range: make.list(),
    init: make.method('value', copyExpression(target, call.nodes)),
    condition: make.literal(false),
    step: make.name(variable.name),
    result: argument(call, 1),
  })
  return make.call(OPERATOR.conditional, make.method('hasValue', target), wrap(bound), make.call('optional.none'))
}
