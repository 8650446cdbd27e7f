/** Metrics in Prometheus' text format, with the time of each measurement, which client libraries leave out.
 *  Source: Prometheus, "Exposition formats", text format 0.0.4. */

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface Metric {
  name: string
  help: string
  type: 'counter' | 'gauge'
  points: readonly Point[]
}

export interface Point {
  labels?: Readonly<Record<string, string>>
  value: number
  /** Missing: when it is read. */
  atMs?: number
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

function line(name: string, { labels = {}, value, atMs }: Point): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`)
  const where = pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
  return atMs === undefined ? `${where} ${value}\n` : `${where} ${value} ${atMs}\n`
}

/** Metrics without a point are left out, as collectors do. */
export const exposition = (metrics: readonly Metric[]): string =>
  metrics
    .filter(({ points }) => points.length > 0)
    .map(
      ({ name, help, type, points }) =>
        `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${points.map((point) => line(name, point)).join('')}`,
    )
    .join('')
