import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteOf, openNotes } from './notes.js'

test('a note has some text, and not too much', () => {
  assert.equal(noteOf('  hello \n'), 'hello')
  assert.equal(noteOf('   '), undefined)
  assert.equal(noteOf('x'.repeat(1001)), undefined)
})

test('what is added is handed to the database as a parameter', async () => {
  const asked = []
  await openNotes(async (...args) => void asked.push(args)).add(`'); drop table notes; --`)
  assert.deepEqual(asked, [['insert into notes (text) values ($1)', [`'); drop table notes; --`]]])
})
