import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handle } from './handle.js'
import { jobOf, work } from './job.js'

test('a job has some text, and not too much', () => {
  assert.equal(jobOf('  count these words \n').text, 'count these words')
  assert.equal(jobOf('   '), undefined)
  assert.equal(jobOf('x'.repeat(10_001)), undefined)
})

test('two jobs of the same text are two', () => {
  assert.notEqual(jobOf('a').id, jobOf('a').id)
})

test('work counts words', async () => {
  assert.equal(await work({ id: '1', text: 'count these words' }), '1: 3 words')
})

/** What the broker is told of a message. */
async function told({ content = '{}', redelivered = false, doWork }) {
  const said = []
  const channel = {
    ack: () => said.push('done'),
    nack: (_message, _all, again) => said.push(again ? 'again' : 'aside'),
  }
  await handle(channel, { content: Buffer.from(content), fields: { redelivered } }, doWork)
  return said
}
const fails = async () => {
  throw new Error('out of paper')
}

for (const [what, message, expected] of [
  ['a job that is done', { doWork: async () => '' }, 'done'],
  ['a job that fails', { doWork: fails }, 'again'],
  ['a job that fails a second time', { doWork: fails, redelivered: true }, 'aside'],
  ['what is no job', { content: 'no JSON', redelivered: true }, 'aside'],
])
  test(`the broker is told of ${what}: ${expected}`, async () => {
    assert.deepEqual(await told(message), [expected])
  })

test('a worker whose connection is gone goes on', async () => {
  const channel = {
    ack() {
      throw new Error('the channel is closed')
    },
  }
  await handle(channel, { content: Buffer.from('{}'), fields: {} }, async () => '')
})
