import { describe, expect, it, test } from 'vitest'
import { parseLenientYaml } from './request-body.ts'

describe('YAML', () => {
  test.each([
    ['a map as a key', '? {a: b}\n: c'],
    ['a list as a key', '? [a]\n: c'],
    ['a map as a key by another name', '- &x {a: b}\n- ? *x\n  : c'],
    ['keys in keys', '? '.repeat(5000)],
    ['no key', '? \n: b'],
  ])('with %s is refused, and soon', (_, text) => {
    const began = performance.now()
    expect(() => parseLenientYaml(text)).toThrow(/error converting YAML to JSON/)
    // Written down as text, keys in keys would take half a minute.
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('may name its keys by aliases', () => {
    expect(parseLenientYaml('- &x a\n- *x : b').value).toEqual(['a', { a: 'b' }])
  })

  it('says on which lines keys come again, in maps and in maps of maps', () => {
    expect(parseLenientYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 2\nb: 3\n').duplicates).toEqual([
      'line 4: key "c" already set in map',
      'line 5: key "a" already set in map',
      'line 6: key "b" already set in map',
    ])
  })
})
