/** An expression's text, counted in code points as its error messages count. */

export class SourceText {
  readonly text: string
  /** The text by code points. */
  readonly characters: readonly string[]
  readonly #lineStarts: number[] = [0]

  constructor(text: string) {
    this.text = text
    this.characters = Array.from(text)
    for (const [index, character] of this.characters.entries()) {
      if (character === '\n') this.#lineStarts.push(index + 1)
    }
  }

  /** Lines count from 1, columns from 0. */
  locate(offset: number): { line: number; column: number } {
    if (offset < 0) return { line: -1, column: -1 }
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) }
  }

  line(number: number): string | undefined {
    const start = this.#lineStarts[number - 1]
    if (start === undefined) return undefined
    const end = this.#lineStarts[number]
    return this.characters.slice(start, end === undefined ? undefined : end - 1).join('')
  }
}
