export { nextTime } from './next.ts'
export { parseSchedule, scheduleProblem } from './parse.ts'
export { type Schedule, ScheduleError } from './schedule.ts'
export { timeZoneProblem } from './time-zone.ts'
