/** Asks before something is lost. */
import { createInterface } from 'node:readline/promises'
import type { CommandContext } from './context.ts'
import { CliError } from './errors.ts'

/** `command` is what says yes without being asked. Throws CliError `confirmationNeeded`, `notConfirmed`. */
export async function confirm(
  { console, stdin, signal, json }: CommandContext,
  { question, command }: { question: string; command: string },
): Promise<void> {
  if (!console.interactive || !stdin.isTTY || json) throw CliError.of('confirmationNeeded', { command })
  const prompt = createInterface({ input: stdin, output: process.stderr })
  try {
    const answer = await prompt.question(`${question} `, { signal })
    if (!/^(y|yes|예|네|ㅇ)$/i.test(answer.trim())) throw CliError.of('notConfirmed')
  } finally {
    prompt.close()
  }
}
