import { array, assert, nat, oneof, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { LineBuffer } from './line-buffer.ts'

const long = nat(70_000).map((length) => '한'.repeat(length))
const lines = array(oneof(string({ unit: 'grapheme' }), long), { maxLength: 5 })

it('gives the lines as they came, whatever is in them, and counts their bytes', () => {
  assert(
    property(array(lines, { maxLength: 3 }), (rounds) => {
      const buffer = new LineBuffer()
      for (const round of rounds) {
        for (const line of round) buffer.push(line)
        const expected = Buffer.from(round.map((line) => `${line}\n`).join(''))
        expect(buffer.bytes).toBe(expected.length)
        expect(Buffer.concat(buffer.take()).equals(expected)).toBe(true)
        expect(buffer.bytes).toBe(0)
      }
    }),
  )
})
