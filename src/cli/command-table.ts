/** Every command as data: what it is called and what it takes. Help, parsing, suggestions and shell completion are made
 *  from this; `load-command.ts` has the code. */
import { APPS_COMMANDS } from './command-table/apps.ts'
import { COMMAND_LINE_COMMANDS } from './command-table/command-line.ts'
import { CONFIGURATION_COMMANDS } from './command-table/configuration.ts'
import { ENGINE_COMMANDS } from './command-table/engine.ts'
import { PROCESSES_COMMANDS } from './command-table/processes.ts'
import { RELEASES_COMMANDS } from './command-table/releases.ts'
import { RESOURCES_COMMANDS } from './command-table/resources.ts'
import { COMMAND_NAMES, type CommandName, type CommandSpec } from './command-table/command-spec.ts'

const SPECS: Readonly<Record<CommandName, Omit<CommandSpec, 'name'>>> = {
  ...RELEASES_COMMANDS,
  ...APPS_COMMANDS,
  ...CONFIGURATION_COMMANDS,
  ...RESOURCES_COMMANDS,
  ...PROCESSES_COMMANDS,
  ...ENGINE_COMMANDS,
  ...COMMAND_LINE_COMMANDS,
}

export const COMMANDS: readonly CommandSpec[] = COMMAND_NAMES.map((name) => ({ name, ...SPECS[name] }))
