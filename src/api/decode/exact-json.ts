/** JSON with the integers of 64 bits that Kubernetes keeps and a double would change: they are read as BigInts, and
 *  written as they were. An integer that a double holds safely is always a number, so that each has one form.
 *  Source: sigs.k8s.io/json, which reads an integer as an int64 and what is no int64 as a double. */

/** An integer of fewer digits is safe; most texts have none so long. */
const LONG = /\d{16}/
const INTEGER = /^-?\d{16,19}$/
export const MAX_INT64 = 2n ** 63n - 1n
export const MIN_INT64 = -(2n ** 63n)

/** As JSON.parse. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  return LONG.test(text) ? JSON.parse(text, exact as Parameters<typeof JSON.parse>[1]) : JSON.parse(text)
}

const exact = (_: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && INTEGER.test(source)
    ? exactInteger(BigInt(source))
    : value

/** The form an integer has here: what is beyond 64 bits is a double, as in Go. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) || value > MAX_INT64 || value < MIN_INT64 ? number : value
}

/** Not known to TypeScript yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

// JSON.stringify asks BigInts, like objects, how they want to be written, and fails where they do not say. It is told
// here, once, since objects are written in more places than could each remember it.
// oxlint-disable-next-line no-extend-native -- it is what JSON.stringify has for this, and no BigInt knows another form
Object.defineProperty(BigInt.prototype, 'toJSON', {
  configurable: true,
  writable: true,
  value(this: bigint): unknown {
    return rawJSON(String(this))
  },
})
