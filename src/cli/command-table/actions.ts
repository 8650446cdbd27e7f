/** Commands that do several things: by their first word, what else they take. An option that no action of a command names
 *  goes with all of them. */
import type { CommandName } from './command-spec.ts'

export interface ActionSpec {
  /** As those of a command. */
  arguments?: readonly string[]
  /** Long flags. */
  options?: readonly string[]
}

/** What stands for any other first word. */
const OTHERS = '<type>'

/** The first is what is meant where the first word may be left out, and is. */
export const ACTIONS = {
  route: {
    list: {},
    add: {
      arguments: ['<route>'],
      options: ['--redirect', '--permanent', '--rewrite', '--header', '--request-header', '--cert', '--key'],
    },
    remove: { arguments: ['<route>'] },
    'force-https': { arguments: ['[on|off]'] },
  },
  maintenance: { show: {}, on: { options: ['--message'] }, off: {} },
  env: {
    list: {},
    set: { arguments: ['<variables...>'], options: ['--from', '--timeout'] },
    unset: { arguments: ['<variables...>'], options: ['--timeout'] },
    import: { arguments: ['<file>'], options: ['--timeout'] },
  },
  cron: {
    list: {},
    add: { arguments: ['<name>', '<schedule>', '[command...]'], options: ['--time-zone', '--timeout'] },
    remove: { arguments: ['<name>'], options: ['--timeout'] },
    run: { arguments: ['<name>'], options: ['--timeout'] },
  },
  db: {
    shell: { arguments: ['[resource]', '[words...]'], options: ['--command'] },
    dump: { arguments: ['[resource]'], options: ['--output'] },
    restore: { arguments: ['[resource]', '[file]'], options: ['--backup', '--yes'] },
    backups: { arguments: ['[now]', '[resource]'] },
  },
} as const satisfies Partial<Record<CommandName, Readonly<Record<string, ActionSpec>>>>

/** What can be added that is no Resource, and what Resources have. */
const ADDED: Readonly<Record<string, ActionSpec>> = {
  route: { arguments: ['<route>'], options: ['--app', ...ACTIONS.route.add.options] },
  tomcat: { arguments: ['[file]'], options: ['--as', '--timeout'] },
  [OTHERS]: { options: ['--as', '--class', '--param', '--image', '--app', '--no-bind', '--timeout'] },
}

export type ActionsOf<Name extends keyof typeof ACTIONS> = keyof (typeof ACTIONS)[Name] & string

export const actionsOf = <Name extends keyof typeof ACTIONS>(name: Name): ActionsOf<Name>[] =>
  Object.keys(ACTIONS[name]) as ActionsOf<Name>[]

export const hasActions = (name: CommandName): name is keyof typeof ACTIONS => Object.hasOwn(ACTIONS, name)

const tableOf = (name: CommandName): Readonly<Record<string, ActionSpec>> | undefined =>
  name === 'add' ? ADDED : hasActions(name) ? ACTIONS[name] : undefined

/** Undefined for a command that does one thing, and for a first word that there is not. */
export function actionNamed(name: CommandName, word: string | undefined): ActionSpec | undefined {
  const table = tableOf(name) ?? {}
  const [byDefault = ''] = Object.keys(table)
  const action = word ?? byDefault
  return Object.hasOwn(table, action) ? table[action] : table[OTHERS]
}

/** Whether an option of the command goes with the action. */
export function goesWith(name: CommandName, { options = [] }: ActionSpec, flag: string): boolean {
  return options.includes(flag) || !Object.values(tableOf(name) ?? {}).some((each) => each.options?.includes(flag))
}
