/** What apps there are, how they are, and their end. */
import { type CommandArea, NO_DUMP } from './command-spec.ts'

export const APPS_COMMANDS = {
  apps: {
    arguments: [],
    summary: 'apps.summary',
    examples: ['naru apps', 'naru apps --json'],
    options: [],
  },
  ps: {
    arguments: ['[app]'],
    summary: 'ps.summary',
    examples: ['naru ps', 'naru ps shop --json'],
    options: [],
  },
  logs: {
    arguments: ['[app]'],
    summary: 'logs.summary',
    examples: [
      'naru logs -f',
      'naru logs shop --process worker --tail 50',
      "naru logs shop --since 10m --grep 'error|timeout'",
      'naru logs shop --previous',
    ],
    options: [
      { flags: '-f, --follow', description: 'logs.option.follow' },
      { flags: '--tail <lines>', description: 'logs.option.tail' },
      { flags: '--since <duration>', description: 'logs.option.since' },
      { flags: '--process <name>', description: 'logs.option.process' },
      { flags: '--grep <pattern>', description: 'logs.option.grep' },
      { flags: '--previous', description: 'logs.option.previous' },
    ],
  },
  open: {
    arguments: ['<app>'],
    summary: 'open.summary',
    examples: ['naru open hello'],
    options: [],
  },
  delete: {
    arguments: ['<app>'],
    summary: 'delete.summary',
    examples: ['naru delete hello', 'naru delete hello --yes'],
    options: [{ flags: '-y, --yes', description: 'delete.option.yes' }, NO_DUMP],
  },
} as const satisfies CommandArea
