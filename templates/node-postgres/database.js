// The one pool of connections. DATABASE_URL comes with the database; nothing is written down here.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, connectionTimeoutMillis: 5000 })

// A connection that breaks while nobody uses it is replaced; without this it would end the process.
pool.on('error', (error) => console.error(`database: ${error.message}`))

/** For as long as somebody waits for an answer. */
const PATIENCE_MS = 20_000

/** Of a statement that may be run twice: it is run again while the database is away, because it restarts or moves. */
export const query = (...args) => untilThere(() => pool.query(...args))

export async function untilThere(attempt, patienceMs = PATIENCE_MS) {
  const deadline = Date.now() + patienceMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isAway(error) || Date.now() > deadline) throw error
      await sleep(100)
    }
  }
}

/** What the database says itself stays so, unless it says that it is going (57P01, 57P02) or coming (57P03), or that the
 *  connection broke (08…). All else is the way to it. https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isAway(error) {
  return error instanceof pg.DatabaseError ? /^(08|57P0[123])/.test(error.code) : true
}
