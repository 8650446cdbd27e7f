/** Waits for the cluster only as long as there is one: a killed engine must not leave a command waiting. */
import { type Clock, isAlive, type ProcessIdentity } from '../../lib/index.ts'
import { CliError } from '../errors.ts'

const LOOK_MS = 250

/** What `work` resolves to. Throws CliError `engineDied` as soon as the engine's process is gone, after aborting `work`. */
export async function whileEngineLives<T>(
  engine: ProcessIdentity,
  options: { clock: Clock; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock } = options
  const stop = new AbortController()
  const died = CliError.of('engineDied', { pid: engine.pid })
  const watch = async () => {
    while (!stop.signal.aborted && isAlive(engine)) await clock.sleep(LOOK_MS, stop.signal)
    stop.abort(died)
  }
  const watching = watch()
  try {
    return await work(AbortSignal.any([options.signal, stop.signal]))
  } catch (error) {
    // The connection breaks a moment before the process is seen to be gone.
    if (!options.signal.aborted && !isAlive(engine)) throw died
    throw error
  } finally {
    stop.abort()
    await watching
  }
}
