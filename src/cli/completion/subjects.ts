/** What people name on a command line, and where they may: what a shell completes. */
import type { CommandArgument, CommandName } from '../command-table/command-spec.ts'

/** Things that are looked up. `sizes` are processes with what comes after them (`web=`), `weights` releases (`v2=`). */
export const SUBJECTS = [
  'apps',
  'contexts',
  'namespaces',
  'pods',
  'processes',
  'releases',
  'resources',
  'routes',
  'scheduled',
  'sizes',
  'templates',
  'timeZones',
  'types',
  'variables',
  'weights',
] as const
export type Subject = (typeof SUBJECTS)[number]

/** What the shell itself looks up. */
export type Paths = 'files' | 'folders'

/** Words that may stand in a place. */
export interface Place {
  subjects?: readonly Subject[]
  choices?: readonly string[]
  paths?: Paths
}

/** The values of options, by their long names. */
export const OPTION_PLACES: Readonly<Record<string, Place>> = {
  '--app': { subjects: ['apps'] },
  '--cert': { paths: 'files' },
  '--context': { subjects: ['contexts'] },
  '--key': { paths: 'files' },
  '--namespace': { subjects: ['namespaces'] },
  '--output': { paths: 'files' },
  '--process': { subjects: ['processes'] },
  '--template': { subjects: ['templates'], paths: 'folders' },
  '--time-zone': { subjects: ['timeZones'] },
}

export const ARGUMENT_PLACES: Readonly<Partial<Record<CommandArgument, Place>>> = {
  '<app>': { subjects: ['apps'] },
  '[app]': { subjects: ['apps'] },
  '<file>': { paths: 'files' },
  '[file]': { paths: 'files' },
  '[folder]': { paths: 'folders' },
  '<from>': { paths: 'files' },
  '<to>': { paths: 'files' },
  '<pod>': { subjects: ['pods'] },
  '[process=count...]': { subjects: ['sizes'] },
  '[release]': { subjects: ['releases'] },
  '[release=percent...]': { subjects: ['weights'] },
  '<resource>': { subjects: ['resources'] },
  '<type>': { subjects: ['types'], choices: ['route', 'tomcat'] },
  '[what]': { paths: 'files' },
}

/** What comes after an action, place by place; the last holds for all that follow. */
export const ACTION_PLACES: Readonly<Partial<Record<CommandName, Readonly<Record<string, readonly Place[]>>>>> = {
  cron: { remove: [{ subjects: ['scheduled'] }], run: [{ subjects: ['scheduled'] }] },
  db: {
    backups: [{ subjects: ['resources'], choices: ['now'] }],
    dump: [{ subjects: ['resources'] }],
    restore: [{ subjects: ['resources'], paths: 'files' }],
    shell: [{ subjects: ['resources'] }],
  },
  env: { import: [{ paths: 'files' }], unset: [{ subjects: ['variables'] }] },
  route: { 'force-https': [{ choices: ['on', 'off'] }], remove: [{ subjects: ['routes'] }] },
}

/** A war or jar file is deployed, too. */
export const COMMAND_PLACES: Readonly<Partial<Record<CommandName, readonly Place[]>>> = {
  deploy: [{ paths: 'files' }],
}
