/** Placeholders in texts: `${metadata.name}`, `${resources.db.host}`; `$$` is a `$`, so that `$${HOME}` stays as it is.
 *  Source: github.com/score-spec/score-go, framework/substitution.go. */

export type Part = { text: string } | { reference: readonly string[]; written: string }

const PLACEHOLDER = /\$(?:\$\{[^}]*\}|\$|\{([^}]*)\})/g

/** Neighbouring texts are one. */
export function parsePlaceholders(text: string): Part[] {
  const parts: Part[] = []
  let plain = ''
  let end = 0
  for (const match of text.matchAll(PLACEHOLDER)) {
    plain += text.slice(end, match.index)
    end = match.index + match[0].length
    const [written, inner] = match
    if (inner === undefined) plain += written.slice(1)
    else {
      if (plain !== '') parts.push({ text: plain })
      plain = ''
      parts.push({ reference: splitReference(inner), written })
    }
  }
  plain += text.slice(end)
  if (plain !== '') parts.push({ text: plain })
  return parts
}

/** A dot after a backslash belongs to the name. */
const splitReference = (reference: string): string[] =>
  reference.split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.'))
