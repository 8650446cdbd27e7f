/** The type of the recorded merges: tools/go/mergerecorder/schema.yaml. */
import { ATOMIC_ANY, DEDUCED_ANY, type FieldNode, NO_FIELDS, type TypeNode } from '../../src/api/apply/type-node.ts'

const STRING: TypeNode = { scalar: 'string' }
const NUMBER: TypeNode = { scalar: 'number' }

const map = (rest: TypeNode, atomic = false): TypeNode => ({ map: { atomic, fields: NO_FIELDS, rest } })
const list = (items: TypeNode, keys?: readonly string[]): TypeNode => ({
  list: { items, atomic: keys === undefined, keys: keys ?? [] },
})
const struct = (fields: Record<string, FieldNode>): TypeNode => ({
  map: { atomic: false, fields: new Map(Object.entries(fields)), rest: undefined },
})

/** Contains itself. */
export const goldenType: TypeNode = {}

const item = struct({ name: { type: STRING }, value: { type: STRING }, sub: { type: goldenType } })
const port = struct({
  port: { type: NUMBER },
  protocol: { type: STRING, default: 'TCP' },
  name: { type: STRING },
})

Object.assign(
  goldenType,
  struct({
    apiVersion: { type: STRING },
    num: { type: NUMBER },
    str: { type: STRING },
    bool: { type: { scalar: 'boolean' } },
    child: { type: goldenType },
    alist: { type: list(STRING) },
    set: { type: list(STRING, []) },
    nset: { type: list(NUMBER, []) },
    map: { type: map(STRING) },
    amap: { type: map(STRING, true) },
    mapOfMaps: { type: map(goldenType) },
    items: { type: list(item, ['name']) },
    ports: { type: list(port, ['port', 'protocol']) },
    any: { type: DEDUCED_ANY },
    aany: { type: ATOMIC_ANY },
  }),
)
