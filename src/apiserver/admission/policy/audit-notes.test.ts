import { expect, it } from 'vitest'
import { AuditNotes, failureNote } from './audit-notes.ts'

it('gathers the values of a key, each once', () => {
  const notes = new AuditNotes()
  for (const value of ['a', 'b', 'a']) notes.add({ key: 'k', value })
  notes.add({ key: 'long', value: 'é'.repeat(10_000) })
  const told: Record<string, string> = {}
  notes.publish('p', (key, value) => {
    told[key] = value
  })
  expect(told).toEqual({ 'p/k': 'a, b', 'p/long': 'é'.repeat(5120) })
})

it('notes a failure as Kubernetes does', () => {
  const binding = { name: 'b', spec: { policyName: 'p', validationActions: ['Audit'] } }
  expect(failureNote(binding, { index: 2, message: 'm' })).toBe(
    '[{"message":"m","policy":"p","binding":"b","expressionIndex":2,"validationActions":["Audit"]}]',
  )
})
