import { expect, it } from 'vitest'
import { printedSelector, selectorText } from './selector-text.ts'

it('selectors are spelled as in queries and as Go prints them', () => {
  const selector = {
    matchLabels: { b: '2', a: '1' },
    matchExpressions: [{ key: 'c', operator: 'In', values: ['y', 'x'] }],
  }
  expect(selectorText(selector)).toBe('a=1,b=2,c in (x,y)')
  expect(printedSelector({ matchLabels: { a: '1' } })).toBe(
    '&LabelSelector{MatchLabels:map[string]string{a: 1,},MatchExpressions:[]LabelSelectorRequirement{},}',
  )
  expect(printedSelector(undefined)).toBe('nil')
})
