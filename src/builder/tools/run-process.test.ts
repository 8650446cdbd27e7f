import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { runProcess } from './run-process.ts'

const env = { PATH: process.env.PATH }
const never = new AbortController().signal
const sh = (script: string, more: { signal?: AbortSignal; timeoutMs?: number; onLine?: (line: string) => void } = {}) =>
  runProcess({ file: '/bin/sh', args: ['-c', script], env, signal: never, stdoutLimitBytes: 100, ...more })

const isAlive = (pid: number) => {
  // A process that ended may wait for its parent to notice: state Z.
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

describe('runProcess', () => {
  it('gives exit code, output and lines of both streams without colours', async () => {
    const outcome = await sh("echo one; printf '\\033[31mred\\033[0m\\r\\n' >&2; printf last; exit 3")
    expect(outcome).toMatchObject({ exitCode: 3, stdout: 'one\nlast', timedOut: false })
    expect([...outcome.lines].sort()).toEqual(['last', 'one', 'red'])
  })

  it('gives 128 + n for signal n', async () => {
    expect((await sh('kill -9 $$')).exitCode).toBe(137)
  })

  it('keeps the last lines of much output', async () => {
    const { lines } = await sh('seq 1000')
    expect([lines.length, lines.at(-1)]).toEqual([200, '1000'])
  })

  it.each(['abort', 'timeout'])('ends the whole group on %s', async (how) => {
    const stop = new AbortController()
    const pids: number[] = []
    const onLine = (line: string) => {
      pids.push(Number(line))
      if (how === 'abort') stop.abort()
    }
    const running = sh('sleep 60 & echo $!; wait', {
      onLine,
      signal: stop.signal,
      ...(how === 'timeout' ? { timeoutMs: 200 } : {}),
    })
    if (how === 'abort') await expect(running).rejects.toMatchObject({ reason: 'Cancelled' })
    else expect(await running).toMatchObject({ timedOut: true, exitCode: 137 })
    await expect.poll(() => isAlive(pids[0] ?? 0)).toBe(false)
  })

  it('says which program is missing', async () => {
    const running = runProcess({ file: 'no-such-program', args: [], env, signal: never })
    await expect(running).rejects.toMatchObject({
      reason: 'ToolMissing',
      message: expect.stringContaining('no-such-program'),
    })
  })
})
