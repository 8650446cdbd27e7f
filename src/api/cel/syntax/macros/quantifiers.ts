/** all, exists and exists_one, over one variable or two. Source: cel-go v0.26, parser/macro.go, ext/comprehensions.go. */
import type { Expression } from '../ast.ts'
import { OPERATOR } from '../ast.ts'
import type { Macro, MacroCall } from './macro.ts'
import { argument, MacroError, Maker, targetOf, variableName } from './macro.ts'

const SIMPLE_NAME = 'argument must be a simple name'

export function iterationVariables(call: MacroCall): { iterVar: string; iterVar2: string } {
  const [first, second] = [argument(call, 0), argument(call, 1)]
  for (const each of [first, second]) if (each.kind !== 'identifier') throw new MacroError(SIMPLE_NAME, each.at)
  if (first.kind === 'identifier' && second.kind === 'identifier' && first.name === second.name) {
    throw new MacroError(`duplicate variable name: ${first.name}`, second.at)
  }
  return { iterVar: variableName(first, SIMPLE_NAME), iterVar2: variableName(second, SIMPLE_NAME) }
}

function variablesOf(call: MacroCall): { iterVar: string; iterVar2: string | undefined; predicate: Expression } {
  if (call.args.length === 3) return { ...iterationVariables(call), predicate: argument(call, 2) }
  const iterVar = variableName(argument(call, 0), SIMPLE_NAME)
  return { iterVar, iterVar2: undefined, predicate: argument(call, 1) }
}

export const all: Macro = (call) => {
  const make = new Maker(call)
  const { predicate, ...variables } = variablesOf(call)
  return make.fold({
    ...variables,
    range: targetOf(call),
    init: make.literal(true),
    condition: make.call(OPERATOR.notStrictlyFalse, make.accumulator()),
    step: make.call(OPERATOR.and, make.accumulator(), predicate),
    result: make.accumulator(),
  })
}

export const exists: Macro = (call) => {
  const make = new Maker(call)
  const { predicate, ...variables } = variablesOf(call)
  return make.fold({
    ...variables,
    range: targetOf(call),
    init: make.literal(false),
    condition: make.call(OPERATOR.notStrictlyFalse, make.call(OPERATOR.not, make.accumulator())),
    step: make.call(OPERATOR.or, make.accumulator(), predicate),
    result: make.accumulator(),
  })
}

export const existsOne: Macro = (call) => {
  const make = new Maker(call)
  const { predicate, ...variables } = variablesOf(call)
  const one = make.call(OPERATOR.add, make.accumulator(), make.literal(1n))
  return make.fold({
    ...variables,
    range: targetOf(call),
    init: make.literal(0n),
    condition: make.literal(true),
    step: make.unless(predicate, one),
    result: make.call(OPERATOR.equals, make.accumulator(), make.literal(1n)),
  })
}
