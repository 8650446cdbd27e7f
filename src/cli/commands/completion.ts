/** `naru completion`: a script that teaches a shell the commands and options. */
import { completionScript } from '../completion/scripts.ts'
import { SHELLS } from '../command-table/command-spec.ts'
import type { CommandRun } from '../context.ts'
import { parseChoice } from '../option-values.ts'

export const completion: CommandRun = async ({ console, t }, input) => {
  const shell = parseChoice('completion', input.arguments[0], SHELLS) ?? 'bash'
  const script = completionScript(shell, t)
  console.line(script.trimEnd())
  console.document({ shell, script })
  return 0
}
