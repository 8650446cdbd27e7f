/** What of `naru add` does not go with all that can be added. */
import type { CommandInput } from '../context.ts'
import { CliError } from '../errors.ts'

/** For a type that is no Resource: `flags` by the names of their options, parameters, and bindings. Throws CliError
 *  `addUnfit`. */
export function refuseOptions(
  { options, lists }: CommandInput,
  { type, flags }: { type: string; flags: Readonly<Record<string, string>> },
): void {
  const flag = Object.entries(flags).find(([name]) => options[name] !== undefined)?.[1]
  const other = (lists.param ?? []).length > 0 ? '--param' : options.bind === false ? '--no-bind' : undefined
  const what = flag ?? other
  if (what !== undefined) throw CliError.of('addUnfit', { what, type })
}
