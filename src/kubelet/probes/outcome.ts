/** What one look of a probe found. */
export interface ProbeOutcome {
  success: boolean
  message: string
  /** A success that is worth a word: the message says why. */
  warning?: boolean
  /** There was no look: it says nothing of the container. The message says why. */
  errored?: boolean
}
