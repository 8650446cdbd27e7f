/** `naru completion`: a script that teaches a shell what may come next, and, for that script, what may. */
import { SHELLS } from '../command-table/command-spec.ts'
import { complete } from '../completion/complete.ts'
import { completionScript, formatCompletions } from '../completion/scripts.ts'
import type { CommandRun } from '../context.ts'
import { parseChoice } from '../option-values.ts'

export const completion: CommandRun = async (context, { words: [asked, ...words] }) => {
  const { console, json } = context
  const shell = parseChoice('completion', asked, SHELLS) ?? 'bash'
  if (words.length > 0) {
    const completions = await complete(context, words)
    if (!json) console.raw(formatCompletions(shell, completions))
    console.document({ shell, ...completions })
    return 0
  }
  const script = completionScript(shell)
  console.line(script.trimEnd())
  console.document({ shell, script })
  return 0
}
