/** The command line of `npm run differential`. Pure. */
import { parseArgs } from 'node:util'

export interface Options {
  /** Parts of cases' names; all cases when there are none. */
  only: readonly string[]
  /** Print every answer of the cases, equal or not. */
  verbose: boolean
  /** Change the objects in one field at a time instead. */
  mutate: boolean
}

export const USAGE = `usage: npm run differential -- [options]
  --only NAME   cases whose name has this in it; may be given more than once
  --mutate      the objects that both take, with every field changed; tells differences by groups
  --verbose     what both servers answered, also where it is the same
`

/** Throws an Error that says what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      mutate: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  })
  return values
}
