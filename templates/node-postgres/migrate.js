// The release step: brings the schema to what this version needs, before it is started. Each migration runs once, all of
// them or none.
import { readFile, readdir } from 'node:fs/promises'
import { pool } from './database.js'

const folder = new URL('./migrations/', import.meta.url)
const client = await pool.connect()
let step = 'the table of migrations'
try {
  await client.query('begin')
  await client.query('create table if not exists migrations (name text primary key, at timestamptz not null default now())')
  await client.query('lock table migrations in exclusive mode')
  const { rows } = await client.query('select name from migrations')
  const done = new Set(rows.map(({ name }) => name))
  for (const name of (await readdir(folder)).sort()) {
    if (done.has(name)) continue
    step = name
    await client.query(await readFile(new URL(name, folder), 'utf8'))
    await client.query('insert into migrations (name) values ($1)', [name])
    console.log(`migrated: ${name}`)
  }
  await client.query('commit')
} catch (error) {
  await client.query('rollback').catch(() => {})
  console.error(`${step}: ${error.message}`)
  process.exitCode = 1
} finally {
  client.release()
  await pool.end()
}
