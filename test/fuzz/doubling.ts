/** Whether twice the input takes twice the time: what is quadratic passes every other test until somebody sends a large
 *  one. Times are this process' own (others do not count), the best of several, of inputs large enough to be
 *  measured; a step over the limit is measured again. */
import { MAX_INPUT_MS } from './surface.ts'

export interface Growth {
  /** An input of `size` parts, ready to be run: making it is not measured. */
  input: (size: number) => { bytes: number; run: () => unknown }
  /** Where to begin. */
  size?: number
  maxBytes?: number
}

/** Twice the work takes twice the time, and a little more where memory is collected or sorted; four times is quadratic. */
const MAX_RATIO = 3
/** Below this, what is measured is the machine. */
const MEASURABLE_MS = 40
const MAX_BYTES = 1024 * 1024
const ATTEMPTS = 4

/** Throws an Error that says at which size the time grew faster than the input. */
export async function checkGrowth({ input, size = 250, maxBytes = MAX_BYTES }: Growth): Promise<void> {
  let least: { size: number; tookMs: number } | undefined
  for (let now = size; ; now *= 2) {
    const { bytes, run } = input(now)
    if (bytes > maxBytes) return
    const tookMs = await bestOf(run, 3)
    if (tookMs > MAX_INPUT_MS) throw new Error(`${now} parts, ${bytes} bytes took ${Math.round(tookMs)} ms`)
    if (least !== undefined && tookMs > MEASURABLE_MS && tookMs > MAX_RATIO * least.tookMs)
      await measureAgain(input, least.size, now)
    least = { size: now, tookMs }
  }
}

async function measureAgain(input: Growth['input'], half: number, whole: number): Promise<void> {
  const measured: string[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shortMs = await bestOf(input(half).run, 5)
    const longMs = await bestOf(input(whole).run, 5)
    if (longMs <= MAX_RATIO * shortMs) return
    measured.push(`${shortMs.toFixed(1)} to ${longMs.toFixed(1)} ms`)
  }
  throw new Error(`from ${half} to ${whole} parts (${input(whole).bytes} bytes) the time grew ${measured.join(', ')}`)
}

async function bestOf(run: () => unknown, times: number): Promise<number> {
  let best = Infinity
  for (let i = 0; i < times; i++) {
    const began = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(began)
    best = Math.min(best, (user + system) / 1000)
    if (best > MAX_INPUT_MS) break
  }
  return best
}
