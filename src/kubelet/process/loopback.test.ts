import { expect, it } from 'vitest'
import { allocateLoopback } from './loopback.ts'

function many(stateDir: string, count: number): string[] {
  const used = new Set<string>()
  for (let n = 0; n < count; n += 1) used.add(allocateLoopback(used, stateDir))
  return [...used]
}

it('hands out addresses of 127.64.0.0/10 that are all different, never the first two or the last of a block', () => {
  const all = many('/var/lib/naru', 600)
  expect(new Set(all).size).toBe(600)
  for (const ip of all) {
    const [first, second = 0, , last = 0] = ip.split('.').map(Number)
    expect(first).toBe(127)
    expect(second >= 64 && second < 128).toBe(true)
    expect(last > 1 && last < 255).toBe(true)
  }
})

it('takes an address again that was given back', () => {
  const [first = '', second = ''] = many('/a', 2)
  expect(allocateLoopback(new Set([second]), '/a')).toBe(first)
})

it('keeps the engines of two users apart', () => {
  const one = many('/home/one/.local/state/naru', 200)
  const two = new Set(many('/home/two/.local/state/naru', 200))
  expect(one.filter((ip) => two.has(ip))).toEqual([])
})
