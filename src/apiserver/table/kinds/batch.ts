import type { k8s } from '../../../api/index.ts'
import { AGE, boolean, integer, NAME, type Printer, text, wide } from '../column.ts'
import { humanDuration, since } from '../duration.ts'
import { conditionStatus, containerImages, containerNames, orNone, selectorText } from '../words.ts'

export const jobPrinter: Printer<k8s.Job> = {
  columns: [
    NAME,
    text('Status', jobStatus),
    text('Completions', ({ spec, status }) => {
      const done = status?.succeeded ?? 0
      if (spec?.completions !== undefined) return `${done}/${spec.completions}`
      const parallelism = spec?.parallelism ?? 0
      return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`
    }),
    text('Duration', ({ status }, { now }) => {
      if (!status?.startTime) return ''
      return humanDuration(
        (status.completionTime ? Date.parse(status.completionTime) : now) - Date.parse(status.startTime),
      )
    }),
    AGE,
    wide(text('Containers', ({ spec }) => containerNames(spec?.template?.spec))),
    wide(text('Images', ({ spec }) => containerImages(spec?.template?.spec))),
    wide(text('Selector', ({ spec }) => selectorText(spec?.selector))),
  ],
}

function jobStatus({ metadata, status }: k8s.Job): string {
  const holds = (type: string) => conditionStatus(status?.conditions, type) === 'True'
  if (holds('Complete')) return 'Complete'
  if (holds('Failed')) return 'Failed'
  if (metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running'
}

export const cronJobPrinter: Printer<k8s.CronJob> = {
  columns: [
    NAME,
    text('Schedule', ({ spec }) => spec?.schedule ?? ''),
    text('Timezone', ({ spec }) => orNone(spec?.timeZone)),
    boolean('Suspend', ({ spec }) => (spec?.suspend === true ? 'True' : 'False')),
    integer('Active', ({ status }) => (status?.active ?? []).length),
    text('Last Schedule', ({ status }, { now }) =>
      status?.lastScheduleTime ? since(status.lastScheduleTime, now) : '<none>',
    ),
    AGE,
    wide(text('Containers', ({ spec }) => containerNames(spec?.jobTemplate?.spec?.template?.spec))),
    wide(text('Images', ({ spec }) => containerImages(spec?.jobTemplate?.spec?.template?.spec))),
    wide(text('Selector', ({ spec }) => selectorText(spec?.jobTemplate?.spec?.selector))),
  ],
}
