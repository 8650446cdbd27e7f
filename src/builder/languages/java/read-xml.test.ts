import { describe, expect, it } from 'vitest'
import { elementsAt, encodeXml, readXml, textAt } from './read-xml.ts'

describe('readXml', () => {
  it('reads elements and their text, whatever stands between', () => {
    const root = readXml(`\uFEFF<?xml version="1.0"?>
      <!DOCTYPE a [<!ENTITY x "y">]>
      <!-- <no/> -->
      <a xmlns="http://x/" b='1>2'>
        <b> one &amp; <!-- not --> two </b><b/><b><![CDATA[<c>]]></b>
        <c id="1"><d>&#65;&#x42;</d></c>
      </a>`)
    expect(root?.name).toBe('a')
    expect(elementsAt(root, 'b').map(({ text }) => text)).toEqual(['one &  two', '', '<c>'])
    expect(textAt(root, 'c', 'd')).toBe('AB')
    expect(textAt(root, 'b')).toBe('one &  two')
    expect(textAt(root, 'x', 'y')).toBeUndefined()
  })

  it.each([
    '',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    'a<a/>',
    '<a><b></a></b>',
    '<a b=c/>',
    '<!-- <a/>',
    '<a>&#x110000;</a>',
    '<a>&unknown;</a>',
  ])('gives nothing for %j', (text) => expect(readXml(text)).toBeUndefined())

  it('does not go deep on the stack', () => {
    const depth = 100_000
    expect(readXml(`${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`)?.name).toBe('a')
  })

  it('reads back what encodeXml wrote', () => {
    const text = `<&>"' ]]>`
    expect(textAt(readXml(`<a><b>${encodeXml(text)}</b></a>`), 'b')).toBe(text)
  })
})
