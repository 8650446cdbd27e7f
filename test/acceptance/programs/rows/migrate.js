import { query } from './postgres.js'

await query(process.env.DATABASE_URL, 'CREATE TABLE IF NOT EXISTS rows (id integer PRIMARY KEY)')
