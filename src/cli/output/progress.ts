/** Steps under way: a rewritten line with a spinner on a terminal, plain lines in a pipe, nothing for `--json`. */
import type { Clock } from '../../lib/index.ts'
import type { Style } from './style.ts'
import { formatDuration, truncate } from './text.ts'

export interface Step {
  /** What the step is doing just now. */
  update(detail: string): void
  /** What came of it, shown when the step is done. */
  result(detail: string): void
}

export interface RunningStep extends Step {
  /** Ends the step. Ending it twice does nothing. */
  end(outcome: 'done' | 'failed'): void
}

export interface Progress {
  /** Begins a step. Several may run at once; a terminal shows the one begun last. */
  begin(title: string): RunningStep
  /** Shows `title` while `body` runs, then how long it took and whether it succeeded. */
  run<T>(title: string, body: (step: Step) => Promise<T>): Promise<T>
}

export interface TextSink {
  write(text: string): void
  /** Columns of the terminal; undefined or 0 when they are not known. */
  columns?: number | undefined
}

type Begin = Progress['begin']

const withRun = (begin: Begin): Progress => ({
  begin,
  async run(title, body) {
    const step = begin(title)
    try {
      const value = await body(step)
      step.end('done')
      return value
    } catch (error) {
      step.end('failed')
      throw error
    }
  },
})

export const silentProgress: Progress = withRun(() => ({ update: () => {}, result: () => {}, end: () => {} }))

/** A line when a step begins, one for each new detail, one when it ends. */
export function plainProgress(options: { sink: TextSink; clock: Clock }): Progress {
  const { sink, clock } = options
  return withRun((title) => {
    const start = clock.now()
    let last = ''
    let result = ''
    let ended = false
    sink.write(`${title}…\n`)
    return {
      update(detail) {
        if (detail === last || detail === '' || ended) return
        last = detail
        sink.write(`  ${detail}\n`)
      },
      result: (detail) => (result = detail),
      end(outcome) {
        if (ended) return
        ended = true
        const what = result === '' || outcome === 'failed' ? title : `${title}: ${result}`
        sink.write(`${outcome === 'done' ? '✓' : '✗'} ${what} (${formatDuration(clock.now() - start)})\n`)
      },
    }
  })
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 80
const CLEAR_LINE = '\r\u001B[2K'

interface Shown {
  title: string
  detail: string
  startMs: number
}

/** One write a frame, so that the line never flickers. Ended steps stay as lines above it. */
export function terminalProgress(options: { sink: TextSink; clock: Clock; style: Style }): Progress {
  const { sink, clock, style } = options
  const active: Shown[] = []
  let spinning: AbortController | undefined

  const line = (mark: string, { title, detail, startMs }: Shown) => {
    const time = formatDuration(clock.now() - startMs)
    const text = truncate(detail === '' ? title : `${title}  ${detail}`, (sink.columns || 80) - time.length - 6)
    const shown = text.startsWith(title) ? title + style.dim(text.slice(title.length)) : text
    return `${mark} ${shown}  ${style.dim(time)}`
  }

  const spin = async (signal: AbortSignal) => {
    for (let frame = 0; !signal.aborted; frame += 1) {
      const current = active.at(-1)
      if (current !== undefined) {
        const mark = style.accent(FRAMES[frame % FRAMES.length] ?? '')
        sink.write(CLEAR_LINE + line(mark, current))
      }
      await clock.sleep(FRAME_MS, signal)
    }
  }

  return withRun((title) => {
    const shown: Shown = { title, detail: '', startMs: clock.now() }
    let result = ''
    active.push(shown)
    if (spinning === undefined) {
      spinning = new AbortController()
      void spin(spinning.signal)
    }
    return {
      update: (detail) => (shown.detail = detail.replaceAll(/\s+/g, ' ')),
      result: (detail) => (result = detail),
      end(outcome) {
        const at = active.indexOf(shown)
        if (at === -1) return
        active.splice(at, 1)
        const mark = outcome === 'done' ? style.good('✓') : style.bad('✗')
        sink.write(`${CLEAR_LINE}${line(mark, { ...shown, detail: outcome === 'done' ? result : '' })}\n`)
        if (active.length > 0) return
        spinning?.abort()
        spinning = undefined
      },
    }
  })
}
