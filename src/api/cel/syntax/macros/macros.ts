import { argument, type Macro, MacroError, Maker } from './macro.ts'
import { optFlatMap, optMap } from './optionals.ts'
import { all, exists, existsOne } from './quantifiers.ts'
import { filter, map, transformList, transformMap, transformMapEntry } from './transforms.ts'

const has: Macro = (call) => {
  const operand = argument(call, 0)
  if (operand.kind !== 'select') throw new MacroError('invalid argument to has() macro', operand.at)
  return new Maker(call).has(operand.operand, operand.field)
}

/** All macros of Kubernetes' environment, by name and number of arguments; methods start with a dot. */
export const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ['has/1', has],
  ['.all/2', all],
  ['.all/3', all],
  ['.exists/2', exists],
  ['.exists/3', exists],
  ['.exists_one/2', existsOne],
  ['.exists_one/3', existsOne],
  ['.existsOne/3', existsOne],
  ['.map/2', map],
  ['.map/3', map],
  ['.filter/2', filter],
  ['.transformList/3', transformList],
  ['.transformList/4', transformList],
  ['.transformMap/3', transformMap],
  ['.transformMap/4', transformMap],
  ['.transformMapEntry/3', transformMapEntry],
  ['.transformMapEntry/4', transformMapEntry],
  ['.optMap/2', optMap],
  ['.optFlatMap/2', optFlatMap],
])
