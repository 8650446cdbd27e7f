/** Text as the bytes that are sent, made once for all streams that send the same text one after the other: hundreds of
 *  watches are told of the same events. */

/** Below this, looking costs as much as it spares. */
const MIN_LENGTH = 256
/** Longer ones (all objects at a watch's beginning) are not kept in memory for the next. */
const MAX_LENGTH = 1024 * 1024

export class ChunkBytes {
  #text = ''
  #bytes: Uint8Array = new Uint8Array()

  /** The text's bytes, shared, or the text itself where it is short or very long. */
  of(text: string): string | Uint8Array {
    if (text.length < MIN_LENGTH || text.length > MAX_LENGTH) return text
    if (text !== this.#text) {
      this.#bytes = Buffer.from(text)
      this.#text = text
    }
    return this.#bytes
  }
}
