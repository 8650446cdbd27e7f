/** What a function may use beside its arguments. */
import type { Pattern } from '../../regexp/index.ts'
import type { EvalError, Meter } from '../values/value.ts'

export interface CallContext {
  meter: Meter
  /** Compiles a pattern once per program. */
  pattern(source: string): Pattern | EvalError
}
