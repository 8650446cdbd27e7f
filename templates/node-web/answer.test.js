import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer } from './answer.js'

const get = (url) => answer({ method: 'GET', url })

test('greets the world, or whoever is named', () => {
  assert.equal(get('/').body, 'Hello, world!\n')
  assert.equal(get('/?name=Naru').body, 'Hello, Naru!\n')
  assert.equal(get('/?name=who%3F+me?').body, 'Hello, who? me?!\n')
})

test('says that it is well', () => assert.equal(get('/healthz').status, 200))

test('knows no other page, and changes nothing', () => {
  for (const url of ['/secret', '//', '*', 'http://[', '/%']) assert.equal(get(url).status, 404)
  assert.equal(answer({ method: 'POST', url: '/' }).status, 405)
})
