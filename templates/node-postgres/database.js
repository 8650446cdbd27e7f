// The one pool of connections. DATABASE_URL comes with the database; nothing is written down here.
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, connectionTimeoutMillis: 5000 })

// A connection that breaks while nobody uses it is replaced; without this it would end the process.
pool.on('error', (error) => console.error(`database: ${error.message}`))
