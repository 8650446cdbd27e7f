import assert from 'node:assert/strict'
import { test } from 'node:test'
import { work } from './work.js'

test('says when it was done', () => {
  assert.equal(work(new Date(0)), 'tidied up at 1970-01-01T00:00:00.000Z')
})
