/** What a build tells while it runs. */
import type { Clock } from '../lib/index.ts'

/** `base`, `runtime`, `dependencies`, `app` make layers; the others prepare or ship them. */
export type BuildStep = 'source' | 'detect' | 'base' | 'runtime' | 'dependencies' | 'build' | 'app' | 'push'

export interface ProgressEvent {
  step: BuildStep
  /** `reused`: done, from what an earlier build made. `output`: a line a build command printed. */
  state: 'start' | 'output' | 'warning' | 'reused' | 'done'
  /** Since the step started. */
  elapsedMs: number
  /** A short fact for people: a version, a size, a line of output. */
  detail: string
}

export type OnProgress = (event: ProgressEvent) => void

/** Reports one step. */
export interface StepReporter {
  output: (line: string) => void
  warn: (text: string) => void
  done: (detail: string, reused?: boolean) => void
}

export function startStep(step: BuildStep, clock: Clock, onProgress: OnProgress, detail = ''): StepReporter {
  const startedAt = clock.now()
  const report = (state: ProgressEvent['state'], text: string) =>
    onProgress({ step, state, elapsedMs: clock.now() - startedAt, detail: text })
  report('start', detail)
  return {
    output: (line) => report('output', line),
    warn: (text) => report('warning', text),
    done: (text, reused = false) => report(reused ? 'reused' : 'done', text),
  }
}
