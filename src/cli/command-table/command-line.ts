/** The command line itself. */
import type { CommandArea } from './command-spec.ts'

export const COMMAND_LINE_COMMANDS = {
  completion: {
    arguments: ['<shell>'],
    summary: 'completion.summary',
    examples: ['source <(naru completion bash)', 'naru completion zsh > "${fpath[1]}/_naru"'],
    options: [],
  },
  version: {
    arguments: [],
    summary: 'version.summary',
    examples: ['naru version'],
    options: [],
  },
} as const satisfies CommandArea
