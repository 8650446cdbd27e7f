/** Lines on their way to a file, kept outside of the heap: as text, the garbage collector would copy each of them. */

const BLOCK_BYTES = 64 * 1024
/** What a character takes at most, in UTF-8 (one outside of the basic plane counts as two characters). */
const BYTES_A_CHARACTER = 3

export class LineBuffer {
  #full: Buffer[] = []
  #fullBytes = 0
  #block: Buffer | undefined
  #used = 0

  get bytes(): number {
    return this.#fullBytes + this.#used
  }

  push(line: string): void {
    const most = (line.length + 1) * BYTES_A_CHARACTER
    if (this.#block === undefined || this.#used + most > this.#block.length) {
      this.#turn()
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, most))
    }
    this.#used += this.#block.write(line, this.#used)
    this.#block[this.#used++] = 0x0a
  }

  /** What was pushed since the last time, in order. */
  take(): Buffer[] {
    this.#turn()
    const taken = this.#full
    this.#full = []
    this.#fullBytes = 0
    return taken
  }

  #turn(): void {
    if (this.#block !== undefined && this.#used > 0) {
      this.#full.push(this.#block.subarray(0, this.#used))
      this.#fullBytes += this.#used
    }
    this.#block = undefined
    this.#used = 0
  }
}
