/** Asks before something is lost. */
import { createInterface } from 'node:readline/promises'
import type { CommandContext } from './context.ts'
import { CliError, Interrupted } from './errors.ts'

/** `command` is what says yes without being asked, but for where. Throws CliError `confirmationNeeded`, `notConfirmed`,
 *  and Interrupted. */
export async function confirm(
  context: CommandContext,
  { question, command }: { question: string; command: string },
): Promise<void> {
  const { console, stdin, json } = context
  if (!console.interactive || !stdin.isTTY || json)
    throw CliError.of('confirmationNeeded', { command: command + whereOf(context) })
  const answer = await ask(context, question)
  if (answer === undefined || !/^(y|yes|예|네|ㅇ)$/i.test(answer.trim())) throw CliError.of('notConfirmed')
}

/** What is to be lost must not be looked for elsewhere when the command is typed anew. */
function whereOf({ namespace, kubeContext }: CommandContext): string {
  const given = { namespace, context: kubeContext }
  return Object.entries(given)
    .map(([flag, value]) => (value === undefined ? '' : ` --${flag} ${value}`))
    .join('')
}

/** Undefined when there is no answer (Ctrl-D). A terminal that is read key by key sends no signal for Ctrl-C. */
async function ask({ stdin, stderr, signal }: CommandContext, question: string): Promise<string | undefined> {
  const interrupted = new AbortController()
  const prompt = createInterface({ input: stdin, output: stderr })
  prompt.once('SIGINT', () => interrupted.abort())
  const either = AbortSignal.any([signal, interrupted.signal])
  try {
    return await prompt.question(`${question} `, { signal: either })
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
    if (either.aborted) throw new Interrupted({ cause: error })
    stderr.write('\n')
    return undefined
  } finally {
    prompt.close()
  }
}
