/** Parameters of a Resource as people write them: `storage=2Gi`. Pure. */
import { CliError } from '../errors.ts'

/** All are texts: the Provisioner says what type each has. Throws CliError `badOptionValue`. */
export function readParams(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      if (at < 1) throw CliError.of('badOptionValue', { option: '--param', value: word, expected: 'storage=2Gi' })
      return [word.slice(0, at), word.slice(at + 1)]
    }),
  )
}
