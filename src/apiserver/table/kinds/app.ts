import { type App, type Release, WEB_PROCESS } from '../../../api/index.ts'
import { AGE, integer, NAME, type Printer, text, wide } from '../column.ts'
import { conditionStatus } from '../words.ts'

export const appPrinter: Printer<App> = {
  columns: [
    NAME,
    text('URL', ({ status }) => status?.url ?? ''),
    text('Ready', ({ status }) => conditionStatus(status?.conditions, 'Ready') ?? 'Unknown'),
    text('Replicas', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${status?.replicas ?? wished(spec)}`),
    text('Release', ({ status }) => status?.servingRelease ?? ''),
    wide(text('Image', ({ spec }) => spec?.image)),
    AGE,
  ],
}

const wished = (spec: App['spec'] | undefined): number =>
  spec?.processes?.find(({ name }) => name === WEB_PROCESS)?.replicas ?? 1

export const releasePrinter: Printer<Release> = {
  columns: [
    NAME,
    text('App', ({ spec }) => spec?.app),
    integer('Number', ({ spec }) => spec?.number),
    text('Ready', ({ status }) => conditionStatus(status?.conditions, 'Ready') ?? 'Unknown'),
    text('Description', ({ spec }) => spec?.description ?? ''),
    wide(text('Image', ({ spec }) => spec?.image)),
    AGE,
  ],
}
