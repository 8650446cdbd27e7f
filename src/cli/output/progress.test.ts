import { expect, it } from 'vitest'
import { FakeClock } from '../../lib/index.ts'
import { plainProgress, terminalProgress } from './progress.ts'
import { openStyle } from './style.ts'
import { displayWidth } from './text.ts'

const style = openStyle({ terminal: false, env: {} })

it('prints a line when a step begins, for each new detail, and when it ends, in a pipe', async () => {
  const clock = new FakeClock()
  let text = ''
  const progress = plainProgress({ sink: { write: (part) => (text += part) }, clock })
  await progress.run('Building', async (step) => {
    step.update('half')
    step.update('half')
    await clock.advance(1500)
    step.result('3 layers')
  })
  await expect(progress.run('Pushing', async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(text).toBe('Building…\n  half\n✓ Building: 3 layers (1.5 s)\nPushing…\n✗ Pushing (0.0 s)\n')
})

it('rewrites one line on a terminal, within its columns, and leaves one line for each step', async () => {
  const clock = new FakeClock()
  const writes: string[] = []
  const progress = terminalProgress({ sink: { write: (part) => writes.push(part), columns: 30 }, clock, style })
  const outer = progress.begin('Outer')
  const inner = progress.begin('Inner')
  inner.update(`나루 ${'x'.repeat(100)}\nsecond line`)
  await clock.advance(400)
  inner.end('done')
  inner.end('failed')
  outer.result('fine')
  outer.end('done')
  await clock.advance(1000)
  expect(writes.length).toBeGreaterThan(5)
  for (const write of writes) {
    expect(write.startsWith('\r\u001B[2K')).toBe(true)
    expect(displayWidth(write.slice(5).trimEnd())).toBeLessThanOrEqual(30)
  }
  expect(writes.filter((write) => write.endsWith('\n')).map((write) => write.slice(5))).toEqual([
    '✓ Inner  0.4 s\n',
    '✓ Outer  fine  0.4 s\n',
  ])
  expect(writes.at(-1)).toContain('Outer')
})
