/** A type with every kind of node, for tests. */
import { DEDUCED_ANY, NO_FIELDS, type TypeNode } from '../../src/api/apply/type-node.ts'

const STRING: TypeNode = { scalar: 'string' }
const NUMBER: TypeNode = { scalar: 'number' }

export const struct = (fields: Record<string, TypeNode>): TypeNode => ({
  map: {
    atomic: false,
    fields: new Map(Object.entries(fields).map(([name, type]) => [name, { type }])),
    rest: undefined,
  },
})
const map = (atomic: boolean): TypeNode => ({ map: { atomic, fields: NO_FIELDS, rest: STRING } })
const list = (items: TypeNode, keys?: readonly string[]): TypeNode => ({
  list: { atomic: keys === undefined, keys: keys ?? [], items },
})

export const sampleType: TypeNode = struct({
  apiVersion: STRING,
  kind: STRING,
  metadata: struct({ name: STRING, labels: map(false), annotations: map(false) }),
  spec: struct({
    text: STRING,
    count: NUMBER,
    labels: map(false),
    selector: map(true),
    words: list(STRING),
    tags: list(STRING, []),
    items: list(struct({ name: STRING, value: STRING, port: NUMBER }), ['name']),
    free: DEDUCED_ANY,
  }),
})
