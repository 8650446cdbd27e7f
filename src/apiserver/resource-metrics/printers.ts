/** Tables of NodeMetrics and PodMetrics. Source: metrics-server, pkg/api/table.go. */
import { addLists, type KubeObject } from '../../api/index.ts'
import { type Column, NAME, type Printer } from '../table/index.ts'
import type { NodeMetrics, PodMetrics, UsageList } from './objects.ts'

const column = <T>(name: string, format: string, cell: (object: T) => unknown): Column<T> => ({
  name,
  type: 'string',
  format,
  priority: 0,
  cell,
})

const printer = <T extends KubeObject & { window: string }>(usage: (object: T) => UsageList): Printer<T> => ({
  columns: [
    { ...NAME, description: 'Name of the resource' },
    column('cpu', 'quantity', (object: T) => usage(object).cpu),
    column('memory', 'quantity', (object: T) => usage(object).memory),
    column('Window', 'duration', ({ window }: T) => window),
  ],
})

export const nodeMetricsPrinter = printer<NodeMetrics>(({ usage }) => usage)
export const podMetricsPrinter = printer<PodMetrics>(({ containers }) =>
  containers.reduce<UsageList>((sum, { usage }) => addLists(sum, usage), {}),
)
