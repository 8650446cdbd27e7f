/** The command line itself. */
import type { CommandArea } from './command-spec.ts'

export const COMMAND_LINE_COMMANDS = {
  completion: {
    arguments: ['<shell>', '[words...]'],
    summary: 'completion.summary',
    examples: [
      'source <(naru completion bash)',
      'naru completion zsh > "${fpath[1]}/_naru"',
      'naru completion fish > ~/.config/fish/completions/naru.fish',
    ],
    options: [],
  },
  version: {
    arguments: [],
    summary: 'version.summary',
    examples: ['naru version'],
    options: [],
  },
} as const satisfies CommandArea
