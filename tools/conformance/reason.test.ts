import { expect, test } from 'vitest'
import { stableReason } from './reason.ts'

test.each([
  ['context deadline exceeded', 'context deadline exceeded'],
  [
    'Could not verify SubjectAccessReview for "system:serviceaccount:subjectreview-4757:e2e" in namespace "subjectreview-4757": no',
    'Could not verify SubjectAccessReview for "system:serviceaccount:subjectreview-…:e2e" in namespace "subjectreview-…": no',
  ],
  [
    'failed to post: &SelfSubjectAccessReview{ObjectMeta:{      0 0001-01-01',
    'failed to post: SelfSubjectAccessReview{…}',
  ],
  ['Unexpected error:\n    <*errors.errorString | 0xc000123>:\n    timed out', '<*errors.errorString | …>'],
  ['expected pod at 10.244.0.17:8443 within 5m0s', 'expected pod at … within …'],
  ['patched object should have it\nExpected\n  <map>', 'patched object should have it'],
  ['Expected\n    <int>: 404\nto equal\n    <int>: 200', 'Expected <int>: 404 to equal <int>: 200'],
  ['', 'failed without a word'],
])('%j becomes %j', (message, reason) => {
  expect(stableReason(message)).toBe(reason)
})

test('a reason is one line of bounded length and stays as it is when taken again', () => {
  const reason = stableReason(`a | b ${'word '.repeat(100)}`)
  expect(reason.length).toBeLessThanOrEqual(160)
  expect(stableReason(reason)).toBe(reason)
})
