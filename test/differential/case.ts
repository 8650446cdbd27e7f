/** What is sent to both servers. */
import type { Call } from './connection.ts'

export interface Case {
  /** Unique; what `--only` and the list of known differences name: `pods/no containers`. */
  name: string
  /** Sent one after the other; every answer is compared. */
  calls: readonly Call[]
}

/** Where the cases write. It has a service account `default`, as the controllers would make one. */
export const NAMESPACE = 'differential'
