import { describe, expect, it } from 'vitest'
import { readElsewhere } from './elsewhere.ts'

describe('a server elsewhere', () => {
  it.each([
    [
      { uri: 'postgresql://me:p%40ss%2F@db.example:6432/shop?sslmode=require' },
      'postgres',
      {
        host: 'db.example',
        port: '6432',
        username: 'me',
        password: 'p@ss/',
        database: 'shop',
        sslmode: 'require',
      },
    ],
    [
      { uri: 'mysql://me@db.example/shop?ssl=true' },
      'mariadb',
      { host: 'db.example', username: 'me', database: 'shop', tls: 'true' },
    ],
    [
      { uri: 'rediss://:secret@[::1]:6380/2' },
      'redis',
      { host: '::1', port: '6380', password: 'secret', database: '2', tls: 'true' },
    ],
    [{ type: 'MySQL', host: 'db.example', password: 'x' }, 'mariadb', { host: 'db.example', password: 'x' }],
    [
      { uri: 'postgres://old@old.example/a', host: 'new.example', username: 'new' },
      'postgres',
      { host: 'new.example', username: 'new', database: 'a' },
    ],
  ])('is known by %j', (data, type, values) => expect(readElsewhere(data)).toEqual({ type, values }))

  it.each([
    [{ uri: 'amqp://a:secret@mq.example/' }, 'its uri begins with amqp:'],
    [{ uri: 'no uri with a secret' }, 'its uri cannot be read'],
    [{ uri: 'postgres://a:%zz@db.example/' }, 'its uri cannot be read'],
    [{ type: 'oracle', host: 'db.example' }, 'its type is oracle'],
    [{ type: 'constructor', host: 'db.example' }, 'its type is constructor'],
    [{ type: 'redis' }, 'it has no host'],
    [{ password: 'secret' }, 'it has neither a uri nor a type'],
  ])('of which nothing can be known says so: %j', (data, reason) => expect(readElsewhere(data)).toBe(reason))
})
