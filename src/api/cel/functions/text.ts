/** Replacing, splitting and trimming as Go's strings package does. */
import type { Meter } from '../values/value.ts'

/** An empty `from` matches before each character and at the end. A negative limit: all. */
export function replaceText(
  text: string,
  { from, to, limit }: { from: string; to: string; limit: bigint },
  meter: Meter,
): string {
  if (limit === 0n || from === to) return text
  const points = from === '' ? Array.from(text) : undefined
  const found = points === undefined ? countOf(text, from) : points.length + 1
  const times = limit < 0n ? found : Math.min(found, Number(limit))
  meter.work((text.length + times * (to.length + 1)) / 16)
  if (points !== undefined) {
    return (
      points.map((point, index) => (index < times ? to + point : point)).join('') + (times > points.length ? to : '')
    )
  }
  const parts = text.split(from)
  const head = parts.slice(0, times + 1).join(to)
  return [head, ...parts.slice(times + 1)].join(from)
}

function countOf(text: string, part: string): number {
  let count = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++
  return count
}

/** At most `limit` parts, the last one the rest; a negative limit: all; 0: none. */
export function splitText(text: string, separator: string, limit: bigint): string[] {
  if (limit === 0n) return []
  const parts = separator === '' ? Array.from(text) : text.split(separator)
  if (limit < 0n || parts.length <= limit) return parts
  const count = Number(limit)
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]
}

/** White space is what Unicode says it is; JavaScript also counts the byte order mark. */
export function trimSpace(text: string): string {
  return text.replace(/^(?:(?!\ufeff)\s|\u0085)+/, '').replace(/(?:(?!\ufeff)[\s\u0085])+$/, '')
}
