/** Small kinds, most of the core group. */
import type { k8s } from '../../../api/index.ts'
import { AGE, boolean, count, integer, NAME, type Printer, text } from '../column.ts'

const sizeOf = (record: object | undefined) => Object.keys(record ?? {}).length

export const namespacePrinter: Printer<k8s.Namespace> = {
  columns: [NAME, text('Status', ({ status }) => status?.phase ?? ''), AGE],
}

const healthOf = ({ conditions = [] }: k8s.ComponentStatus) => conditions.find(({ type }) => type === 'Healthy')

export const componentStatusPrinter: Printer<k8s.ComponentStatus> = {
  columns: [
    NAME,
    text('Status', (component) => {
      const health = healthOf(component)
      if (health === undefined) return 'Unknown'
      return health.status === 'True' ? 'Healthy' : 'Unhealthy'
    }),
    text('Message', (component) => healthOf(component)?.message ?? ''),
    text('Error', (component) => healthOf(component)?.error ?? ''),
  ],
}

export const configMapPrinter: Printer<k8s.ConfigMap> = {
  columns: [NAME, count('Data', ({ data, binaryData }) => sizeOf(data) + sizeOf(binaryData)), AGE],
}

export const secretPrinter: Printer<k8s.Secret> = {
  columns: [NAME, text('Type', ({ type }) => type ?? ''), count('Data', ({ data }) => sizeOf(data)), AGE],
}

export const serviceAccountPrinter: Printer<k8s.ServiceAccount> = {
  columns: [NAME, count('Secrets', ({ secrets }) => (secrets ?? []).length), AGE],
}

export const leasePrinter: Printer<k8s.Lease> = {
  columns: [NAME, text('Holder', ({ spec }) => spec?.holderIdentity ?? ''), AGE],
}

export const resourceQuotaPrinter: Printer<k8s.ResourceQuota> = {
  columns: [
    NAME,
    text('Request', (quota) => usage(quota, (name) => !name.startsWith('limits.'))),
    text('Limit', (quota) => usage(quota, (name) => name.startsWith('limits.'))),
    AGE,
  ],
}

function usage({ status }: k8s.ResourceQuota, picks: (name: string) => boolean): string {
  return Object.entries(status?.hard ?? {})
    .filter(([name]) => picks(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? '0'}/${hard}`)
    .join(', ')
}

export const priorityClassPrinter: Printer<k8s.PriorityClass> = {
  columns: [
    NAME,
    integer('Value', ({ value }) => value),
    boolean('Global-Default', ({ globalDefault }) => globalDefault === true),
    AGE,
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy ?? ''),
  ],
}

export const runtimeClassPrinter: Printer<k8s.RuntimeClass> = {
  columns: [NAME, text('Handler', ({ handler }) => handler), AGE],
}

export const podDisruptionBudgetPrinter: Printer<k8s.PodDisruptionBudget> = {
  columns: [
    NAME,
    text('Min Available', ({ spec }) => String(spec?.minAvailable ?? 'N/A')),
    text('Max Unavailable', ({ spec }) => String(spec?.maxUnavailable ?? 'N/A')),
    integer('Allowed Disruptions', ({ status }) => status?.disruptionsAllowed ?? 0),
    AGE,
  ],
}
