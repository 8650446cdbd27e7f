/** Which sandboxes are being made at this moment: the runtime tells of them only when they are. */
import type { ContainerRuntime } from '../runtime/runtime.ts'

export interface StartsUnderWay {
  now(): ReadonlySet<object>
  /** Whether some of `starts` have not ended. */
  someOf(starts: ReadonlySet<object>): boolean
  /** How many have failed so far. */
  failed(): number
}

/** `runtime` is to be used in place of the one given. */
export function noteStarts<R extends ContainerRuntime>(of: R): { runtime: R; starts: StartsUnderWay } {
  const underWay = new Set<object>()
  let failed = 0
  const runtime: R = {
    ...of,
    async runSandbox(config) {
      const start = {}
      underWay.add(start)
      try {
        return await of.runSandbox(config)
      } catch (error) {
        failed += 1
        throw error
      } finally {
        underWay.delete(start)
      }
    },
  }
  return {
    runtime,
    starts: {
      now: () => new Set(underWay),
      someOf: (starts) => [...starts].some((start) => underWay.has(start)),
      failed: () => failed,
    },
  }
}
