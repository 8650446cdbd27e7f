import type { App } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { conditionStatus } from '../words.ts'

export const appPrinter: Printer<App> = {
  columns: [
    NAME,
    text('URL', ({ status }) => status?.url ?? ''),
    text('Ready', ({ status }) => conditionStatus(status?.conditions, 'Ready') ?? 'Unknown'),
    text('Replicas', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${status?.replicas ?? spec?.replicas ?? 1}`),
    wide(text('Image', ({ spec }) => spec?.image)),
    AGE,
  ],
}
