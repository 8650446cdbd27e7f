/** What a bench found, and how it is printed. */

export interface Row {
  what: string
  measured: string
  /** The aim, or the peer measured in the same run. */
  beside: string
  /** `ok`, `missed`, or a ratio to the peer. */
  verdict: string
}

export function printTable(rows: readonly Row[]): void {
  const header: Row = { what: 'what', measured: 'measured', beside: 'aim or peer', verdict: '' }
  const columns = ['what', 'measured', 'beside', 'verdict'] as const
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)))
  const line = (row: Row) => `| ${columns.map((column, n) => row[column].padEnd(widths[n] ?? 0)).join(' | ')} |\n`
  const rule: Row = {
    what: '-'.repeat(widths[0] ?? 0),
    measured: '-'.repeat(widths[1] ?? 0),
    beside: '-'.repeat(widths[2] ?? 0),
    verdict: '-'.repeat(widths[3] ?? 0),
  }
  for (const row of [header, rule, ...rows]) process.stdout.write(line(row))
}

/** A row for a figure in seconds with an aim. */
export function secondsRow(what: string, samplesMs: readonly number[], aimMs: number, note: string): Row {
  const median = medianOf(samplesMs)
  return {
    what,
    measured: `${(median / 1000).toFixed(2)} s (${samplesMs.map((ms) => (ms / 1000).toFixed(2)).join(', ')})`,
    beside: `aim under ${aimMs / 1000} s${note}`,
    verdict: median < aimMs ? 'ok' : 'missed',
  }
}

export function medianOf(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
