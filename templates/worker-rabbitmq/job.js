// What a job is, and what is done for it, apart from how it travels.
import { randomUUID } from 'node:crypto'

const MAX_LENGTH = 10_000

/** A job from the body of a request; undefined when it is none. */
export function jobOf(body, at = new Date()) {
  const text = body.trim()
  return text.length > 0 && text.length <= MAX_LENGTH ? { id: randomUUID(), text, at: at.toISOString() } : undefined
}

/** A job may come twice: its worker may be gone before it said that it was done. What it changes elsewhere, it must find
 *  there the second time, by `id`. */
export async function work({ id, text }) {
  return `${id}: ${text.split(/\s+/).length} words`
}
