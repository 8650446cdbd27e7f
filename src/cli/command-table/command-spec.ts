/** What the table of commands is made of, and what several of them have in common. */
import type { PlainMessageKey } from '../messages/translate.ts'

export interface OptionSpec {
  /** As commander writes them: `-f, --follow`, `--tail <lines>`; of what ends in dots there may be many. */
  flags: string
  description: PlainMessageKey
  /** Values to complete. */
  choices?: readonly string[]
}

/** In the order in which help has them. */
export const COMMAND_NAMES = [
  'init',
  'deploy',
  'render',
  'apps',
  'ps',
  'releases',
  'rollback',
  'traffic',
  'route',
  'maintenance',
  'env',
  'add',
  'resources',
  'remove',
  'cron',
  'db',
  'scale',
  'restart',
  'run',
  'exec',
  'cp',
  'port-forward',
  'logs',
  'open',
  'delete',
  'up',
  'down',
  'status',
  'why',
  'backup',
  'restore',
  'trust',
  'doctor',
  'kubeconfig',
  'completion',
  'version',
] as const
export type CommandName = (typeof COMMAND_NAMES)[number]

export type CommandArgument =
  | '<app>'
  | '[app]'
  | '<pod>'
  | '<type>'
  | '<resource>'
  | '[folder]'
  | '<shell>'
  | '<file>'
  | '[file]'
  | '[release]'
  | '[release=percent...]'
  | '[process=count...]'
  | '<action>'
  | '[action]'
  | '<from>'
  | '<to>'
  | '[name]'
  | '[route]'
  | '[variables...]'
  | '[schedule]'
  | '[words...]'
  | '[command...]'
  | '[port]'
  | '[what]'

export interface CommandSpec {
  name: CommandName
  /** `<app>` is required, `[folder]` is not, and of what ends in dots there may be many. `app` and `folder` also say what
   *  a shell may complete. */
  arguments: readonly CommandArgument[]
  summary: PlainMessageKey
  /** A line or several that can be pasted into a shell; not translated. */
  examples: readonly string[]
  options: readonly OptionSpec[]
}

/** Commands of one topic: a file each beside this one. */
export type CommandArea = Readonly<Partial<Record<CommandName, Omit<CommandSpec, 'name'>>>>

export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** The first word of commands that do several things. */
export const ACTIONS = {
  route: ['list', 'add', 'remove', 'force-https'],
  maintenance: ['on', 'off', 'show'],
  env: ['list', 'set', 'unset', 'import'],
  cron: ['list', 'add', 'remove', 'run'],
  db: ['shell', 'dump', 'restore', 'backups'],
} as const satisfies Partial<Record<CommandName, readonly string[]>>

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--json', description: 'option.json' },
  { flags: '-n, --namespace <name>', description: 'option.namespace' },
  { flags: '--context <name>', description: 'option.context' },
]

export const TIMEOUT: OptionSpec = { flags: '--timeout <duration>', description: 'deploy.option.timeout' }
export const NO_DUMP: OptionSpec = { flags: '--no-dump', description: 'delete.option.noDump' }
