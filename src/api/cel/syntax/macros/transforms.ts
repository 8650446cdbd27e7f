/** map and filter, and those over two variables: transformList, transformMap, transformMapEntry.
 *  Source: cel-go v0.26, parser/macro.go, ext/comprehensions.go. */
import type { Expression } from '../ast.ts'
import { OPERATOR } from '../ast.ts'
import type { Macro, MacroCall } from './macro.ts'
import { argument, Maker, targetOf, variableName } from './macro.ts'
import { iterationVariables } from './quantifiers.ts'

export const MAP_INSERT = 'cel.@mapInsert'
const IDENTIFIER = 'argument is not an identifier'

export const map: Macro = (call) => {
  const make = new Maker(call)
  const iterVar = variableName(argument(call, 0), IDENTIFIER)
  const [filter, transform] = optionalFilter(call, 1)
  return make.fold({
    iterVar,
    iterVar2: undefined,
    range: targetOf(call),
    init: make.list(),
    condition: make.literal(true),
    step: make.unless(filter, make.call(OPERATOR.add, make.accumulator(), make.list(transform))),
    result: make.accumulator(),
  })
}

export const filter: Macro = (call) => {
  const make = new Maker(call)
  const variable = argument(call, 0)
  const iterVar = variableName(variable, IDENTIFIER)
  return make.fold({
    iterVar,
    iterVar2: undefined,
    range: targetOf(call),
    init: make.list(),
    condition: make.literal(true),
    step: make.unless(argument(call, 1), make.call(OPERATOR.add, make.accumulator(), make.list(variable))),
    result: make.accumulator(),
  })
}

export const transformList: Macro = (call) => {
  const make = new Maker(call)
  const [predicate, transform] = optionalFilter(call, 2)
  return make.fold({
    ...iterationVariables(call),
    range: targetOf(call),
    init: make.list(),
    condition: make.literal(true),
    step: make.unless(predicate, make.call(OPERATOR.add, make.accumulator(), make.list(transform))),
    result: make.accumulator(),
  })
}

export const transformMap: Macro = (call) => {
  const make = new Maker(call)
  const variables = iterationVariables(call)
  const [predicate, transform] = optionalFilter(call, 2)
  const step = make.call(MAP_INSERT, make.accumulator(), make.name(variables.iterVar), transform)
  return mapFold(call, make, { ...variables, step: make.unless(predicate, step) })
}

export const transformMapEntry: Macro = (call) => {
  const make = new Maker(call)
  const variables = iterationVariables(call)
  const [predicate, transform] = optionalFilter(call, 2)
  const step = make.call(MAP_INSERT, make.accumulator(), transform)
  return mapFold(call, make, { ...variables, step: make.unless(predicate, step) })
}

function mapFold(
  call: MacroCall,
  make: Maker,
  parts: { iterVar: string; iterVar2: string; step: Expression },
): Expression {
  return make.fold({
    ...parts,
    range: targetOf(call),
    init: make.map(),
    condition: make.literal(true),
    result: make.accumulator(),
  })
}

/** The arguments from `from`: a transform, or a filter before it. */
function optionalFilter(call: MacroCall, from: number): [Expression | undefined, Expression] {
  if (call.args.length === from + 1) return [undefined, argument(call, from)]
  return [argument(call, from), argument(call, from + 1)]
}
