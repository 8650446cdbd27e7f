/** Short names for generated objects, in the letters Kubernetes uses for them: no vowels, no look-alikes, so that no
 *  word comes of it. Source: k8s.io/apimachinery v0.34, pkg/util/rand. */

const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
/** Source: k8s.io/apiserver v0.34, pkg/storage/names: host names and many labels may not be longer. */
const NAME_LENGTH = 63
const SUFFIX_LENGTH = 5

export function safeEncode(text: string): string {
  return Array.from(text, (letter) => SAFE_LETTERS[(letter.codePointAt(0) ?? 0) % SAFE_LETTERS.length]).join('')
}

/** `prefix` with five letters behind it; the prefix is cut where the name would grow too long. */
export function generatedName(prefix: string, random: () => number): string {
  const letters = Array.from(
    { length: SUFFIX_LENGTH },
    () => SAFE_LETTERS[Math.floor(random() * SAFE_LETTERS.length)],
  ).join('')
  return prefix.slice(0, NAME_LENGTH - SUFFIX_LENGTH) + letters
}
