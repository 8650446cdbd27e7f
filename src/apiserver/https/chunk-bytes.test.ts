import { expect, test } from 'vitest'
import { ChunkBytes } from './chunk-bytes.ts'

const long = (character: string) => character.repeat(300)

test('a text that is sent many times is encoded once, and what comes between gets its own bytes', () => {
  const chunks = new ChunkBytes()
  const first = chunks.of(long('ä'))
  expect(Buffer.from(first).toString()).toBe(long('ä'))
  expect(chunks.of(long('ä'))).toBe(first)
  expect(Buffer.from(chunks.of(long('b'))).toString()).toBe(long('b'))
  expect(Buffer.from(chunks.of(long('ä'))).toString()).toBe(long('ä'))
})

test('a short text is left to be encoded with what is around it', () => {
  expect(new ChunkBytes().of('short')).toBe('short')
})
