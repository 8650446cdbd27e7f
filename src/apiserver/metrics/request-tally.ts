/** What is counted of requests, added up here: the metrics library turns labels into text for each request it is told of,
 *  which costs more than looking up a small answer. Its own counters are made of these when somebody asks. */
import type { Metric, Registry } from 'prom-client'

/** Seconds; kube-apiserver's own. */
const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]

export interface RequestLabels {
  verb: string
  dry_run: string
  group: string
  version: string
  resource: string
  subresource: string
  scope: string
}

/** Of requests that are alike. */
interface Series {
  labels: RequestLabels & { component: string }
  /** How many were answered with which code. */
  codes: Map<number, number>
  /** How many took at most as long as each of `DURATIONS`, and no less than the one before. */
  buckets: number[]
  timed: number
  seconds: number
}

interface Value {
  labels: Record<string, string | number>
  value: number
  metricName?: string
}

export class RequestTally {
  /** By what the labels say. */
  readonly #series = new Map<string, Series>()

  /** Both metrics of requests become part of what the registry tells. */
  register(registry: Registry): void {
    add(registry, {
      name: 'apiserver_request_total',
      help: 'Requests answered, by verb, resource and HTTP code.',
      type: 'counter',
      values: () => this.#totals(),
    })
    add(registry, {
      name: DURATION,
      help: 'Seconds until a request was answered; watches and the like left out.',
      type: 'histogram',
      values: () => this.#durations(),
    })
  }

  /** `seconds` undefined: how long it took says nothing. */
  add(labels: RequestLabels, code: number, seconds: number | undefined): void {
    const series = this.#seriesOf(labels)
    series.codes.set(code, (series.codes.get(code) ?? 0) + 1)
    if (seconds === undefined) return
    series.timed++
    series.seconds += seconds
    let i = 0
    while (i < DURATIONS.length && seconds > (DURATIONS[i] as number)) i++
    if (i < DURATIONS.length) series.buckets[i] = (series.buckets[i] ?? 0) + 1
  }

  #seriesOf(labels: RequestLabels): Series {
    const { verb, dry_run, group, version, resource, subresource, scope } = labels
    const key = `${verb} ${resource} ${group} ${version} ${subresource} ${scope} ${dry_run}`
    let series = this.#series.get(key)
    if (series === undefined) {
      const buckets = DURATIONS.map(() => 0)
      series = { labels: { ...labels, component: 'apiserver' }, codes: new Map(), buckets, timed: 0, seconds: 0 }
      this.#series.set(key, series)
    }
    return series
  }

  #totals(): Value[] {
    return [...this.#series.values()].flatMap(({ labels, codes }) =>
      [...codes].map(([code, value]) => ({ labels: { ...labels, code: String(code) }, value })),
    )
  }

  #durations(): Value[] {
    return [...this.#series.values()].filter(({ timed }) => timed > 0).flatMap(durationsOf)
  }
}

const DURATION = 'apiserver_request_duration_seconds'

/** A histogram's buckets count all that took less, too. */
function durationsOf({ labels, buckets, timed, seconds }: Series): Value[] {
  let soFar = 0
  const bucket = (le: number | string, value: number): Value => ({
    labels: { le, ...labels },
    value,
    metricName: `${DURATION}_bucket`,
  })
  return [
    ...DURATIONS.map((le, i) => bucket(le, (soFar += buckets[i] ?? 0))),
    bucket('+Inf', timed),
    { labels: { ...labels }, value: seconds, metricName: `${DURATION}_sum` },
    { labels: { ...labels }, value: timed, metricName: `${DURATION}_count` },
  ]
}

interface Told {
  name: string
  help: string
  type: 'counter' | 'histogram'
  values: () => Value[]
}

/** All that a registry asks of a metric is its name and what it has to say. */
function add(registry: Registry, { name, help, type, values }: Told): void {
  const told = { name, help, type, get: async () => ({ name, help, type, aggregator: 'sum', values: values() }) }
  registry.registerMetric(told as unknown as Metric)
}
