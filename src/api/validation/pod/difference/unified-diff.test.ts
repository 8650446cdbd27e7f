import { array, assert, constantFrom, property } from 'fast-check'
import { expect, test } from 'vitest'
import { unifiedDiff } from './unified-diff.ts'

const lines = (text: string) => text.split('').join('\n')

test.each([
  ['nothing', 'abc', 'abc', ''],
  ['a line', 'abcdefgh', 'abcdXfgh', '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n'],
  ['more at the end', 'ab', 'abc', '@@ -1,2 +1,3 @@\n a\n b\n+c\n'],
  ['another text', 'a', 'b', '@@ -1 +1 @@\n-a\n+b\n'],
  ['far apart', 'Xabcdefghi', 'abcdefghiY', '@@ -1,4 +1,3 @@\n-X\n a\n b\n c\n@@ -8,3 +7,4 @@\n g\n h\n i\n+Y\n'],
])('a difference of %s', (_what, before, after, expected) => {
  expect(unifiedDiff(lines(before), lines(after))).toBe(expected)
})

test('what is shown is of the texts, and nothing only when they are one', () => {
  const text = array(constantFrom('a', 'b', 'c', 'd'), { maxLength: 300 }).map((list) => list.join('\n'))
  assert(
    property(text, text, (before, after) => {
      const shown = unifiedDiff(before, after)
        .split('\n')
        .filter((line) => /^[-+][^-+@]/.test(line))
      const count = (list: readonly string[]) => list.length
      const removed = count(shown.filter((line) => line.startsWith('-')))
      const added = count(shown.filter((line) => line.startsWith('+')))
      expect(added - removed).toBe(after.split('\n').length - before.split('\n').length - emptyLines(before, after))
    }),
  )
})

/** An empty text is one empty line, which shows as nothing but its sign. */
const emptyLines = (before: string, after: string) => (after === '' ? 1 : 0) - (before === '' ? 1 : 0)
