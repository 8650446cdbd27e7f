import type { BackingResource, Provisioner } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { conditionStatus } from '../words.ts'

export const backingResourcePrinter: Printer<BackingResource> = {
  columns: [
    NAME,
    text('Type', ({ spec }) => spec?.type),
    text('Class', ({ spec }) => spec?.class ?? ''),
    text('Ready', ({ status }) => conditionStatus(status?.conditions, 'Ready') ?? 'Unknown'),
    text('Binding', ({ status }) => status?.binding?.name ?? ''),
    wide(text('Image', ({ spec }) => spec?.image ?? '')),
    AGE,
  ],
}

export const provisionerPrinter: Printer<Provisioner> = {
  columns: [
    NAME,
    text('Type', ({ spec }) => spec?.type),
    text('Class', ({ spec }) => spec?.class ?? ''),
    text('Description', ({ spec }) => spec?.description ?? ''),
    AGE,
  ],
}
