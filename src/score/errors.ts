/** What is wrong with a Score file, and where. */

export interface ScoreProblem {
  /** From 1. */
  line: number
  column: number
  /** E.g. `containers.web.image`; empty for the file as a whole. */
  field: string
  message: string
}

export class ScoreError extends Error {
  override name = 'ScoreError'
  /** In the order of the file; at least one. */
  readonly problems: readonly ScoreProblem[]

  constructor(problems: readonly ScoreProblem[], options?: ErrorOptions) {
    super(problems.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n'), options)
    this.problems = problems
  }
}
