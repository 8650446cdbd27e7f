/** Where the programs are that this one starts, and the files it brings. Sources, bundle and package have them at the same places, one folder
 *  below the root, where this file is too (`tools/bundle.ts` sees to that in the bundle). */
import { extname, join } from 'node:path'

/** `engine/main`: the path of `engine/main.ts` when sources run, of `engine/main.js` when the bundle does. */
export const programPath = (name: string): string =>
  join(import.meta.dirname, '..', `${name}${extname(import.meta.filename)}`)

/** A file or folder of the package, from its root. */
export const packagePath = (...names: string[]): string => join(import.meta.dirname, '..', '..', ...names)
