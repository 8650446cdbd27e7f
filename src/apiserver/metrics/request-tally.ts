/** What is counted of requests, added up and worded here: the metrics library turns labels into text for each request it
 *  is told of, and again for each line it writes. There are tens of thousands of lines once all of the API was used. */

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
  /** As the text format has them. */
  labels: string
  /** How many were answered with which code. */
  codes: Map<number, number>
  /** How many took at most as long as each of `DURATIONS`, and no less than the one before. */
  buckets: number[]
  timed: number
  seconds: number
}

export class RequestTally {
  /** By what the labels say. */
  readonly #series = new Map<string, Series>()

  /** Both metrics of requests, in Prometheus' text format. */
  text(): string {
    const lines = [`# HELP ${TOTAL} Requests answered, by verb, resource and HTTP code.`, `# TYPE ${TOTAL} counter`]
    for (const { labels, codes } of this.#series.values())
      for (const [code, count] of codes) lines.push(`${TOTAL}{${labels},code="${code}"} ${count}`)
    lines.push(
      '',
      `# HELP ${DURATION} Seconds until a request was answered; watches and the like left out.`,
      `# TYPE ${DURATION} histogram`,
    )
    for (const series of this.#series.values()) if (series.timed > 0) addDurations(lines, series)
    return `${lines.join('\n')}\n`
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
      series = { labels: textOf(labels), codes: new Map(), buckets, timed: 0, seconds: 0 }
      this.#series.set(key, series)
    }
    return series
  }
}

const TOTAL = 'apiserver_request_total'
const DURATION = 'apiserver_request_duration_seconds'

/** Labels are words of the API: none has a character that the format would have to escape. */
const textOf = (labels: RequestLabels): string =>
  Object.entries({ ...labels, component: 'apiserver' })
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')

/** A histogram's buckets count all that took less, too. */
function addDurations(lines: string[], { labels, buckets, timed, seconds }: Series): void {
  let soFar = 0
  DURATIONS.forEach((le, i) => {
    soFar += buckets[i] ?? 0
    lines.push(`${DURATION}_bucket{le="${le}",${labels}} ${soFar}`)
  })
  lines.push(
    `${DURATION}_bucket{le="+Inf",${labels}} ${timed}`,
    `${DURATION}_sum{${labels}} ${seconds}`,
    `${DURATION}_count{${labels}} ${timed}`,
  )
}
