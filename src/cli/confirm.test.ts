import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../lib/index.ts'
import { confirm } from './confirm.ts'
import type { CommandContext } from './context.ts'
import { CliError, Interrupted } from './errors.ts'
import { openConsole } from './output/console.ts'

const wished = { question: 'Remove shop?', command: 'naru delete shop --yes' }

/** A question at a terminal, answered by those keys when it is asked. */
async function asked(keys: string, context: Partial<CommandContext> = {}) {
  const [stdin, stdout, stderr] = Array.from({ length: 3 }, () =>
    Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} }),
  ) as unknown as [PassThrough, PassThrough, PassThrough]
  let shown = ''
  stderr.on('data', (chunk: Buffer) => {
    if (!shown.includes(wished.question) && `${shown}${chunk.toString()}`.includes(wished.question)) stdin.write(keys)
    shown += chunk.toString()
  })
  const env = {}
  const console = openConsole({ stdout, stderr, env, clock: systemClock, json: false })
  const { signal } = new AbortController()
  const given = { console, stdin, stdout, stderr, signal, env, json: false, ...context } as unknown as CommandContext
  const outcome = await confirm(given, wished).catch((error: unknown) => error)
  return { outcome, stdin }
}

describe('a question before something is lost', () => {
  it.each(['y\r', 'Yes\r', '네\r', ' y \r'])('is answered with yes by %j', async (keys) => {
    expect((await asked(keys)).outcome).toBeUndefined()
  })

  it.each(['\r', 'n\r', 'yesterday\r', '\u0004'])('is answered with no by %j', async (keys) => {
    expect((await asked(keys)).outcome).toMatchObject({ code: 'notConfirmed' })
  })

  it('is an interruption when Ctrl-C is its answer', async () => {
    expect((await asked('\u0003')).outcome).toBeInstanceOf(Interrupted)
  })

  it('ends with the command, and hears no more of its input', async () => {
    const { outcome, stdin } = await asked('', { signal: AbortSignal.abort() })
    expect(outcome).toBeInstanceOf(Interrupted)
    expect(stdin.listenerCount('keypress')).toBe(0)
  })

  it('names, where nobody can be asked, the command with what was said of where', async () => {
    const { outcome } = await asked('', { json: true, namespace: 'team', kubeContext: 'office' })
    expect(outcome).toBeInstanceOf(CliError)
    expect(outcome).toMatchObject({
      code: 'confirmationNeeded',
      parameters: { command: 'naru delete shop --yes --namespace team --context office' },
    })
  })
})
