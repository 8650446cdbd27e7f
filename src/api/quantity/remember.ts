/** What was worked out before, of texts that come again and again: the same few amounts are in nearly all objects. */

/** Enough for the amounts of a cluster. With one more, all are forgotten. */
const MAX_TEXTS = 1024

/** `make`, which must depend on the text alone. What it throws is not remembered, nor are long texts. */
export function remember<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    const value = make(text)
    if (text.length > MAX_LENGTH) return value
    if (made.size >= MAX_TEXTS) made.clear()
    made.set(text, value)
    return value
  }
}

const MAX_LENGTH = 24
