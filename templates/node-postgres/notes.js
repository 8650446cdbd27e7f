// What can be done with notes. `query` is the pool's, or whatever a test gives.
import { randomUUID } from 'node:crypto'

const MAX_LENGTH = 1000

/** The text of a note from the body of a request; undefined when it is none. */
export function noteOf(body) {
  const text = body.trim()
  return text.length > 0 && text.length <= MAX_LENGTH ? text : undefined
}

export const openNotes = (query) => ({
  async newest() {
    const { rows } = await query('select id, text, at from notes order by at desc limit 20')
    return rows
  },
  /** The note has its id before it is written: to write it again, when nobody knows whether it was, makes no second one. */
  async add(text) {
    const id = randomUUID()
    await query('insert into notes (id, text) values ($1, $2) on conflict (id) do nothing', [id, text])
    return { id, text }
  },
})
