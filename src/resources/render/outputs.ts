/** What a Provisioner gives out: the keys of the binding's Secret. Pure. */
import type { Provisioner } from '../../api/index.ts'
import { ResourceFailure } from '../errors.ts'
import { fill, type Lookup, placeholdersIn, textOf } from './fill.ts'
import { firstOf, inRecord, nameAfter } from './lookup.ts'

export type Outputs = Readonly<Record<string, string>>

/** They may be made of one another. What has nothing to say is not there. `lookup` knows all else, secrets too. Throws
 *  ResourceFailure. */
export function outputsOf({ outputs: templates = {} }: Provisioner['spec'], lookup: Lookup): Outputs {
  const done = new Map<string, string>()
  const resolve = (name: string, path: readonly string[]): string => {
    const known = done.get(name)
    if (known !== undefined) return known
    if (path.includes(name))
      throw new ResourceFailure('InvalidProvisioner', `outputs go round in a circle: ${[...path, name].join(' → ')}`)
    const ofOthers: Lookup = (placeholder) => {
      const output = nameAfter('outputs.', placeholder)
      if (inRecord(templates, output) === 'unknown') return 'unknown'
      return { value: resolve(output ?? '', [...path, name]) }
    }
    const text = textOf(fill(templates[name], firstOf(ofOthers, lookup), `outputs.${name}`))
    done.set(name, text)
    return text
  }
  for (const name of Object.keys(templates)) resolve(name, [])
  return Object.fromEntries([...done].filter(([, text]) => text !== ''))
}

/** Whether a placeholder has something secret in it, itself or through outputs. */
export function isSecret(
  { outputs = {} }: Pick<Provisioner['spec'], 'outputs'>,
  placeholder: string,
  seen = new Set<string>(),
): boolean {
  if (nameAfter('secret.', placeholder) !== undefined) return true
  const output = nameAfter('outputs.', placeholder)
  if (output === undefined || !Object.hasOwn(outputs, output) || seen.has(output)) return false
  seen.add(output)
  return placeholdersIn(outputs[output]).some((inner) => isSecret({ outputs }, inner, seen))
}
