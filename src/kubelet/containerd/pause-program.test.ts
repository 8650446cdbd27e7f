import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pauseProgram } from './pause-program.ts'

const HERE = {
  x64: { architecture: 'amd64', sigtimedwait: '128' },
  arm64: { architecture: 'arm64', sigtimedwait: '137' },
}
const here = HERE[process.arch as keyof typeof HERE] as { architecture: 'amd64' | 'arm64'; sigtimedwait: string }

it.each(['SIGTERM', 'SIGINT'] as const)(
  'waits through all signals that do not end it, and ends well at %s',
  async (end) => {
    const folder = await mkdtemp(join(tmpdir(), 'naru-pause-'))
    try {
      const file = join(folder, 'pause')
      await writeFile(file, pauseProgram(here.architecture), { mode: 0o755 })
      const child = spawn(file)
      const exit = once(child, 'exit')
      const waits = () =>
        expect
          .poll(async () => (await readFile(`/proc/${child.pid}/syscall`, 'utf8')).split(' ')[0])
          .toBe(here.sigtimedwait)
      await waits()
      for (const signal of ['SIGCHLD', 'SIGSTOP', 'SIGCONT'] as const) child.kill(signal)
      await waits()
      child.kill(end)
      expect(await exit).toEqual([0, null])
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)

it('is as small as its header says, whatever the processor', () => {
  for (const architecture of ['amd64', 'arm64'] as const) {
    const program = pauseProgram(architecture)
    expect(program.readBigUInt64LE(96)).toBe(BigInt(program.length))
  }
})
