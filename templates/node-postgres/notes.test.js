import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { untilThere } from './database.js'
import { noteOf, openNotes } from './notes.js'

test('a note has some text, and not too much', () => {
  assert.equal(noteOf('  hello \n'), 'hello')
  assert.equal(noteOf('   '), undefined)
  assert.equal(noteOf('x'.repeat(1001)), undefined)
})

test('what is added is handed to the database as a parameter', async () => {
  const asked = []
  const { id } = await openNotes(async (...args) => void asked.push(args)).add(`'); drop table notes; --`)
  const statement = 'insert into notes (id, text) values ($1, $2) on conflict (id) do nothing'
  assert.deepEqual(asked, [[statement, [id, `'); drop table notes; --`]]])
})

/** Fails in these ways, then works. */
function flaky(...errors) {
  return async () => {
    if (errors.length > 0) throw errors.shift()
    return 'done'
  }
}
const said = (code) => Object.assign(new pg.DatabaseError('said', 4, 'error'), { code })

test('a database that is away is waited for, and one that says no is not asked again', async () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  assert.equal(await untilThere(flaky(refused, said('57P03'), new Error('Connection terminated unexpectedly'))), 'done')
  await assert.rejects(untilThere(flaky(said('23514'))), { code: '23514' })
  await assert.rejects(untilThere(flaky(refused, refused), 0), { code: 'ECONNREFUSED' })
})
