import { expect, test } from 'vitest'
import { allSchemas } from '../../api/machinery.ts'
import { messageTypeNamed, typeNameOf } from './message-type.ts'

/** Those of Kubernetes' own Go modules; the rest is JSON only. */
const schemas = Object.values(allSchemas).filter(({ id }) =>
  /^io\.k8s\.(api|apimachinery|apiextensions-apiserver|kube-aggregator)\./.test(id),
)

/** JSON names of a message's fields, those of the messages that it inlines among them. */
function namesOf(type: string): string[] {
  return [...messageTypeNamed(type).values()].flatMap((field) => (field.inlined ? namesOf(field.name) : [field.name]))
}

test('every built-in schema has a message with the same fields, each once', () => {
  expect(schemas.length).toBeGreaterThan(500)
  for (const schema of schemas) {
    const names = namesOf(typeNameOf(schema))
    // Protobuf has the kind of an object outside of it.
    const isOutside = (name: string) => (name === 'kind' || name === 'apiVersion') && !names.includes(name)
    const wanted = Object.keys(schema.fields).filter((name) => !isOutside(name))
    expect([schema.id, ...names.sort()]).toEqual([schema.id, ...wanted.sort()])
  }
})

test('a type that is only JSON is said to be so', () => {
  expect(() => messageTypeNamed('apps.v1.AppSpec')).toThrow('apps.v1.AppSpec has no protobuf form; send it as JSON')
})
