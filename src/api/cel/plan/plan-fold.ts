/** Comprehensions: all, exists, map, filter and the like. Source: cel-go v0.26, interpreter/interpretable.go. */
import type { Comprehension } from '../syntax/ast.ts'
import { ArrayList, GrowingList, KeyedMap } from '../values/collections.ts'
import { EvalError, isError, ListValue, MapValue, type Result, type Value } from '../values/value.ts'
import type { Frame } from './frame.ts'
import type { PlanContext, PlanNode } from './plan-node.ts'

export function planFold(planner: PlanContext, node: Comprehension): PlanNode {
  const range = planner.plan(node.range)
  const init = planner.plan(node.init)
  const growing = node.init.kind === 'list' && node.init.elements.length === 0
  const mapping = node.init.kind === 'map' && node.init.entries.length === 0
  return planner.scoped([node.accuVar], ([accumulator = 0]) => {
    const loop = planLoop(planner, node, accumulator)
    const result = planner.plan(node.result)
    return {
      run: (frame) => {
        const over = range.run(frame)
        if (isError(over)) return over
        frame.slots[accumulator] = growing ? new GrowingList() : mapping ? new KeyedMap() : init.run(frame)
        const failure = loop(frame, over)
        if (failure !== undefined) return failure
        const value = result.run(frame)
        return value instanceof GrowingList ? new ArrayList(value.elements) : value
      },
    }
  })
}

type Loop = (frame: Frame, range: Value) => EvalError | undefined

function planLoop(planner: PlanContext, node: Comprehension, accumulator: number): Loop {
  const names = node.iterVar2 === undefined ? [node.iterVar] : [node.iterVar, node.iterVar2]
  return planner.scoped(names, ([first = 0, second]) => {
    const condition = planner.plan(node.condition)
    const step = planner.plan(node.step)
    const always = condition.constant?.value === true
    return (frame, range) => {
      const entries = entriesOf(range, second !== undefined)
      if (entries === undefined) return new EvalError('no such overload')
      for (const [key, value] of entries) {
        frame.work(1)
        frame.slots[first] = key
        if (second !== undefined) frame.slots[second] = value
        // Only a plain `false` ends it: what is no bool at all goes on, as upstream's does.
        const goOn = always || condition.run(frame)
        if (goOn === false) break
        frame.slots[accumulator] = step.run(frame)
      }
      return undefined
    }
  })
}

/** What the variables of an iteration get. A list's elements and a map's keys, or with two variables both. */
function entriesOf(range: Value, two: boolean): Iterable<readonly [Result, Result]> | undefined {
  if (range instanceof ListValue) return listEntries(range, two)
  return range instanceof MapValue ? mapEntries(range, two) : undefined
}

function* listEntries(list: ListValue, two: boolean): Iterable<readonly [Result, Result]> {
  for (let index = 0; index < list.size; index++) {
    const element = list.get(index)
    yield two ? [BigInt(index), element] : [element, null]
  }
}

function* mapEntries(map: MapValue, two: boolean): Iterable<readonly [Result, Result]> {
  for (const key of map.keys()) yield [key, two ? (map.find(key) ?? null) : null]
}
