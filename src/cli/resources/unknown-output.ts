/** What is asked of a Resource, and is not in its binding. */
import { CliError } from '../errors.ts'

/** Of `data` the names are told, and none of the values. CliError `outputUnknown`, `outputUnknownNone`. */
export function unknownOutput(resource: string, output: string, data: Readonly<Record<string, string>>): CliError {
  const known = Object.keys(data).join(', ')
  return known === ''
    ? CliError.of('outputUnknownNone', { resource, output })
    : CliError.of('outputUnknown', { resource, output, known })
}
