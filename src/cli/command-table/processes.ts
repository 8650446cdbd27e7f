/** The processes of an app: how many, when, and commands beside and inside them. */
import { type CommandArea, TIMEOUT } from './command-spec.ts'

export const PROCESSES_COMMANDS = {
  cron: {
    arguments: ['[action]', '[name]', '[schedule]', '[command...]'],
    summary: 'cron.summary',
    examples: [
      'naru cron list',
      "naru cron add nightly '0 3 * * *' -- npm run tidy",
      "naru cron add report '30 9 * * mon-fri' --time-zone Asia/Seoul --app shop -- node report.js",
      'naru cron run nightly',
      'naru cron remove nightly',
    ],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--time-zone <zone>', description: 'cron.option.timeZone' },
      TIMEOUT,
    ],
  },
  scale: {
    arguments: ['[app]', '[process=count...]'],
    summary: 'scale.summary',
    examples: ['naru scale web=3 worker=2', 'naru scale shop web=2..5 --cpu 70'],
    options: [{ flags: '--cpu <percent>', description: 'scale.option.cpu' }, TIMEOUT],
  },
  restart: {
    arguments: ['[app]'],
    summary: 'restart.summary',
    examples: ['naru restart', 'naru restart shop'],
    options: [TIMEOUT],
  },
  run: {
    arguments: ['[command...]'],
    summary: 'run.summary',
    examples: ['naru run -- node migrate.js', 'naru run --app shop -- /bin/sh'],
    options: [{ flags: '-a, --app <name>', description: 'option.app' }, TIMEOUT],
  },
  exec: {
    arguments: ['[command...]'],
    summary: 'exec.summary',
    examples: ['naru exec', 'naru exec --process worker -- node --version'],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--process <name>', description: 'exec.option.process' },
    ],
  },
  cp: {
    arguments: ['<from>', '<to>'],
    summary: 'cp.summary',
    examples: ['naru cp :/data/report.csv .', 'naru cp ./seed worker:/tmp/seed', 'naru cp :/data ./data --app shop'],
    options: [{ flags: '-a, --app <name>', description: 'option.app' }],
  },
  'port-forward': {
    arguments: ['[port]'],
    summary: 'portForward.summary',
    examples: ['naru port-forward', 'naru port-forward 8080', 'naru port-forward 15432:5432 --app shop'],
    options: [
      { flags: '-a, --app <name>', description: 'option.app' },
      { flags: '--process <name>', description: 'exec.option.process' },
    ],
  },
} as const satisfies CommandArea
