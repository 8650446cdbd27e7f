/** The schedule of a CronJob, in its time zone; without one, the control plane's, which is UTC. */
import { type k8s, parseSchedule, type Schedule, timeZoneProblem } from '../../api/index.ts'

/** Throws ScheduleError. */
export function scheduleOf({ spec }: k8s.CronJob): Schedule {
  const { schedule, timeZone } = spec
  const isZoned = timeZone === undefined || namesZone(schedule) || timeZoneProblem(timeZone) !== undefined
  return parseSchedule(isZoned ? schedule : `TZ=${timeZone} ${schedule}`)
}

/** In a way that Kubernetes has never supported, but which works. */
export const namesZone = (schedule: string): boolean => schedule.includes('TZ')
