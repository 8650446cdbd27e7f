/** What pods use, as one number each. Source: Kubernetes v1.34, pkg/controller/podautoscaler/metrics. */
import { quantityMilli } from '../../api/index.ts'

export interface PodMetric {
  /** In thousandths of the unit. */
  value: number
  timestampMs: number
  windowMs: number
}

/** By pod name. */
export type PodMetricsInfo = Map<string, PodMetric>

/** As metrics.k8s.io has it. */
export interface PodMetricsItem {
  metadata: { name: string }
  timestamp: string
  window: string
  containers?: { name: string; usage: Record<string, string | number> }[]
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** Go's form of a duration: `1m30.5s`. */
export const goDurationMs = (text: string): number =>
  [...text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (UNIT_MS[unit] ?? 0),
    0,
  )

/** Of one container where `container` is given. Pods of which a number is missing are left out. */
export function podMetricsInfo(
  items: readonly PodMetricsItem[],
  resource: string,
  container: string | undefined,
): PodMetricsInfo {
  const info: PodMetricsInfo = new Map()
  for (const { metadata, timestamp, window, containers = [] } of items) {
    const counted = container === undefined ? containers : containers.filter(({ name }) => name === container)
    const values = counted.map(({ usage }) => usage[resource])
    if (values.length === 0 || values.includes(undefined)) continue
    info.set(metadata.name, {
      value: values.reduce<number>((sum, value) => sum + quantityMilli(value ?? 0), 0),
      timestampMs: Date.parse(timestamp),
      windowMs: goDurationMs(window),
    })
  }
  return info
}
