/** What the table of commands is made of, and what several of them have in common. */
import type { PlainMessageKey } from '../messages/translate.ts'

export interface OptionSpec {
  /** As commander writes them: `-f, --follow`, `--tail <lines>`; of what ends in dots there may be many. */
  flags: string
  description: PlainMessageKey
  /** Values to complete. */
  choices?: readonly string[]
  /** The heading that it stands under in help, when that is not the common one. */
  heading?: PlainMessageKey
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
  /** About the engine of this machine: no other context will do. */
  isOwn?: boolean
}

/** Commands of one topic: a file each beside this one. */
export type CommandArea = Readonly<Partial<Record<CommandName, Omit<CommandSpec, 'name'>>>>

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--json', description: 'option.json' },
  { flags: '-n, --namespace <name>', description: 'option.namespace' },
  { flags: '--context <name>', description: 'option.context' },
]

export const TIMEOUT: OptionSpec = { flags: '--timeout <duration>', description: 'deploy.option.timeout' }
/** Of `naru route add`, and of `naru add route`. */
export const ROUTE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--redirect <url>', description: 'route.option.redirect' },
  { flags: '--permanent', description: 'route.option.permanent' },
  { flags: '--rewrite <path>', description: 'route.option.rewrite' },
  { flags: '--header <name=value...>', description: 'route.option.header' },
  { flags: '--request-header <name=value...>', description: 'route.option.requestHeader' },
  { flags: '--cert <file>', description: 'route.option.cert' },
  { flags: '--key <file>', description: 'route.option.key' },
]
export const NO_DUMP: OptionSpec = { flags: '--no-dump', description: 'delete.option.noDump' }
