import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { BodyBudget, readBody } from './read-body.ts'

describe('the body of a request', () => {
  it('counts against what may come in at once, until it has come', async () => {
    const budget = new BodyBudget(10)
    const [first, second] = [new PassThrough(), new PassThrough()]
    const whole = readBody(first, {}, { budget })
    const refused = readBody(second, {}, { budget })
    first.write('123456')
    await expect.poll(() => budget.bytes).toBe(6)
    second.write('12345')
    await expect(refused).rejects.toMatchObject({ reason: 'TooManyRequests' })
    first.end('78')
    expect(Buffer.from(await whole).toString()).toBe('12345678')
    expect(budget.bytes).toBe(0)
  })

  it('is not kept when nobody is to read it', async () => {
    const budget = new BodyBudget(1)
    const body = new PassThrough()
    body.end('123')
    expect(await readBody(body, {}, { budget, keep: false })).toHaveLength(0)
  })

  it('has its time', async () => {
    const budget = new BodyBudget()
    const body = new PassThrough()
    body.write('1')
    await expect(readBody(body, {}, { budget, timeoutMs: 20 })).rejects.toMatchObject({ reason: 'Timeout' })
    expect(budget.bytes).toBe(0)
  })

  it('gives back what it took when its sender goes', async () => {
    const budget = new BodyBudget()
    const body = new PassThrough()
    const read = readBody(body, {}, { budget })
    body.write('1')
    await expect.poll(() => budget.bytes).toBe(1)
    body.destroy()
    await expect(read).rejects.toThrow('the caller went')
    expect(budget.bytes).toBe(0)
  })
})
