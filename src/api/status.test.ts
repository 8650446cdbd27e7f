import { expect, it } from 'vitest'
import { invalid } from './status.ts'

it('more errors than can be said are counted', () => {
  const errors = Array.from({ length: 500_000 }, (_, index) => ({
    type: 'FieldValueRequired' as const,
    field: `spec.containers[${index}].name`,
    message: 'Required value',
  }))
  const { status } = invalid({ group: '', kind: 'Pod' }, 'a', errors)
  expect(JSON.stringify(status).length).toBeLessThan(8 * 1024 * 1024)
  expect(status.details?.causes?.at(-1)?.message).toMatch(/^Too many: \d+ more errors are not listed$/)
})
