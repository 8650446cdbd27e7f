/** cel.bind: a name for a value that is used more than once. Source: cel-go v0.26, ext/bindings.go. */
import { argument, type Macro, MacroError, Maker, targetOf } from './macro.ts'

export const bind: Macro = (call) => {
  const target = targetOf(call)
  if (target.kind !== 'identifier' || target.name !== 'cel')
    throw new MacroError('bind() is a function of cel alone', call.at)
  const variable = argument(call, 0)
  if (variable.kind !== 'identifier')
    throw new MacroError('cel.bind() variable names must be simple identifiers', variable.at)
  const make = new Maker(call)
  return make.fold({
    iterVar: '#unused',
    iterVar2: undefined,
    accuVar: variable.name,
    range: make.list(),
    init: argument(call, 1),
    condition: make.literal(false),
    step: make.name(variable.name),
    result: argument(call, 2),
  })
}
