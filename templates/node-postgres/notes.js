// What can be done with notes. `query` is the pool's, or whatever a test gives.
const MAX_LENGTH = 1000

/** The text of a note from the body of a request; undefined when it is none. */
export function noteOf(body) {
  const text = body.trim()
  return text.length > 0 && text.length <= MAX_LENGTH ? text : undefined
}

export const openNotes = (query) => ({
  async newest() {
    const { rows } = await query('select text, at from notes order by id desc limit 20')
    return rows
  },
  async add(text) {
    await query('insert into notes (text) values ($1)', [text])
  },
  async isWell() {
    await query('select 1')
  },
})
