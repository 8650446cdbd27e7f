// Works every few seconds until it is asked to end; what it is at then is finished first.
import { setTimeout as pause } from 'node:timers/promises'
import { work } from './work.js'

const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())

const everyMs = (Number(process.env.EVERY_SECONDS) || 5) * 1000
while (!stop.signal.aborted) {
  console.log(work(new Date()))
  await pause(everyMs, undefined, { signal: stop.signal }).catch(() => {})
}
